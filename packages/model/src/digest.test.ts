import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToDigest, type Digest, EMPTY_DIGEST, sameDigest } from './digest.ts';
import { conversationId, seq } from './ids.ts';

type Row = readonly [conversation: number, head: number, read: number];

const row = fc.tuple(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.nat(), fc.nat());

describe('a digest', () => {
  it('does not depend on the order of what it sums up', () => {
    fc.assert(
      fc.property(fc.array(row), fc.infiniteStream(fc.nat()), (rows, keys) => {
        const shuffled = rows
          .map((each) => ({ each, key: keys.next().value }))
          .toSorted((a, b) => a.key - b.key);
        expect(digestOf(shuffled.map(({ each }) => each))).toEqual(digestOf(rows));
      }),
    );
  });

  it('differs when any number of one membership differs, each lane for itself', () => {
    fc.assert(
      fc.property(
        fc.array(row),
        row,
        fc.nat({ max: 2 }),
        fc.integer({ min: 1, max: 1000 }),
        (rows, one, which, by) => {
          const other = one.map((value, at) => (at === which ? value + by : value)) as [
            number,
            number,
            number,
          ];
          fc.pre(other[0] < 2 ** 32);
          const [a, b] = [digestOf([...rows, one]), digestOf([...rows, other])];
          expect(sameDigest(a, b)).toBe(false);
          expect([a.high !== b.high, a.low !== b.low]).toEqual([true, true]);
        },
      ),
    );
  });

  it('tells a membership that is missing from one that is there', () => {
    fc.assert(
      fc.property(fc.array(row), row, (rows, one) => !sameDigest(digestOf(rows), digestOf([...rows, one]))),
    );
  });

  it('tells numbers that changed places from one another', () => {
    expect(digestOf([[1, 2, 3]])).not.toEqual(digestOf([[1, 3, 2]]));
    expect(digestOf([[1, 2, 3]])).not.toEqual(digestOf([[2, 1, 3]]));
    expect(
      digestOf([
        [1, 5, 5],
        [2, 6, 6],
      ]),
    ).not.toEqual(
      digestOf([
        [1, 6, 6],
        [2, 5, 5],
      ]),
    );
  });

  it('is two numbers of 32 bits, however many memberships', () => {
    const digest = digestOf(Array.from({ length: 10_000 }, (_, at) => [at + 1, at * 3, at] as const));
    for (const lane of [digest.high, digest.low]) {
      expect(Number.isInteger(lane)).toBe(true);
      expect(lane).toBeGreaterThanOrEqual(0);
      expect(lane).toBeLessThan(2 ** 32);
    }
  });
});

function digestOf(rows: readonly Row[]): Digest {
  return rows.reduce<Digest>(
    (sum, [id, head, read]) => addToDigest(sum, conversationId(id), seq(head), seq(read)),
    EMPTY_DIGEST,
  );
}
