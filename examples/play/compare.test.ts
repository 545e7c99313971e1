import { describe, expect, test } from 'vitest';
import { compare, isSame, sum } from './compare.ts';
import type { Part } from './plan.ts';

const SCRIPT = partsOf('a1 b1 a2 b1 c1');

describe('compare', () => {
  test('finds nothing where everything is in its place, also what is said twice', () => {
    const result = compare(SCRIPT, partsOf('a1 b1 a2 b1 c1'));
    expect(result).toEqual({ expected: 5, lost: 0, doubled: 0, displaced: 0, strange: 0 });
    expect(isSame(result)).toBe(true);
  });

  test.each([
    ['a speech is missing', 'a1 b1 a2 c1', { lost: 1 }],
    ['the last speech is missing', 'a1 b1 a2 b1', { lost: 1 }],
    ['a speech came twice', 'a1 a1 b1 a2 b1 c1', { doubled: 1 }],
    ['what is said twice came three times', 'a1 b1 a2 b1 b1 c1', { doubled: 1 }],
    ['two speeches changed places', 'a1 a2 b1 b1 c1', { displaced: 2 }],
    ['somebody else said it', 'c1 b1 a2 b1 c1', { lost: 1, doubled: 1 }],
    ['something nobody wrote was said', 'a1 b1 x9 a2 b1 c1', { strange: 1 }],
    ['nothing was seen', '', { lost: 5 }],
  ])('tells when %s', (_, seen, difference) => {
    const result = compare(SCRIPT, partsOf(seen));
    expect(result).toMatchObject(difference);
    expect(isSame(result)).toBe(false);
  });

  test('adds up', () => {
    const results = [compare(SCRIPT, partsOf('a1')), compare(SCRIPT, SCRIPT)];
    expect(sum(results)).toEqual({ expected: 10, lost: 4, doubled: 0, displaced: 0, strange: 0 });
  });
});

/** `a1 b2`: a says "1", b says "2". */
function partsOf(words: string): Part[] {
  return words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({ speaker: word.slice(0, 1), text: word.slice(1) }));
}
