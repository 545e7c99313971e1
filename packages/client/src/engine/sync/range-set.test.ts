import { seq } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRange,
  containsRange,
  containsSeq,
  cutAfter,
  missingIn,
  type RangeSet,
  rangesOf,
} from './range-set.ts';

const SPAN = 40;
const range = fc
  .tuple(fc.integer({ min: 1, max: SPAN }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]) => ({ from: seq(from), to: seq(from + length) }));

describe('a set of held ranges', () => {
  it('[CU1] holds exactly what was added, in ascending ranges that do not touch', () => {
    fc.assert(
      fc.property(fc.array(range), (added) => {
        const set = added.reduce<RangeSet>((held, next) => addRange(held, next), []);
        const expected = new Set(added.flatMap(({ from, to }) => numbers(from, to)));
        expect(set.flatMap(({ from, to }) => numbers(from, to))).toEqual([...expected].toSorted(ascending));
        const touching = set.filter(({ from }, index) => from <= (set[index - 1]?.to ?? -1) + 1);
        expect(touching).toEqual([]);
      }),
    );
  });

  it('[CU1] is the same reference when nothing is new', () => {
    const set = addRange([], { from: seq(1), to: seq(9) });
    expect(addRange(set, { from: seq(3), to: seq(9) })).toBe(set);
    expect(addRange(set, { from: seq(5), to: seq(4) })).toBe(set);
  });

  it('[CU1] together with what is missing makes the whole', () => {
    fc.assert(
      fc.property(fc.array(range), range, (added, wanted) => {
        const set = added.reduce<RangeSet>((held, next) => addRange(held, next), []);
        const missing = missingIn(set, wanted).flatMap(({ from, to }) => numbers(from, to));
        expect(missing).toEqual(numbers(wanted.from, wanted.to).filter((at) => !containsSeq(set, seq(at))));
        expect(containsRange(set, wanted)).toBe(missing.length === 0);
      }),
    );
  });

  it('cuts off what is above a position', () => {
    const set = rangesOf([1, 2, 3, 7, 8, 12].map(seq));
    expect(cutAfter(set, seq(7))).toEqual([
      { from: 1, to: 3 },
      { from: 7, to: 7 },
    ]);
  });
});

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function ascending(a: number, b: number): number {
  return a - b;
}
