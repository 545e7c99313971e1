import type { Part } from './plan.ts';

/** How what somebody saw differs from the script. */
export interface Comparison {
  readonly expected: number;
  readonly lost: number;
  readonly doubled: number;
  /** Seen, in the script, and not where it should be. */
  readonly displaced: number;
  /** Seen and not in the script. */
  readonly strange: number;
}

export function isSame({ lost, doubled, displaced, strange }: Comparison): boolean {
  return lost + doubled + displaced + strange === 0;
}

/** Compares two lists of speeches as they stand; nothing is sorted or made unique first. */
export function compare(expected: readonly Part[], seen: readonly Part[]): Comparison {
  const wanted = countsOf(expected);
  const found = countsOf(seen);
  let lost = 0;
  let doubled = 0;
  let strange = 0;
  for (const [key, count] of wanted) lost += Math.max(0, count - (found.get(key) ?? 0));
  for (const [key, count] of found) {
    const asked = wanted.get(key) ?? 0;
    if (asked === 0) strange += count;
    else doubled += Math.max(0, count - asked);
  }
  const isComplete = lost + doubled + strange === 0;
  const displaced = isComplete
    ? expected.filter((part, index) => keyOf(part) !== keyOf(seen[index])).length
    : 0;
  return { expected: expected.length, lost, doubled, displaced, strange };
}

export function sum(comparisons: readonly Comparison[]): Comparison {
  const total = (of: (comparison: Comparison) => number): number =>
    comparisons.reduce((before, comparison) => before + of(comparison), 0);
  return {
    expected: total(({ expected }) => expected),
    lost: total(({ lost }) => lost),
    doubled: total(({ doubled }) => doubled),
    displaced: total(({ displaced }) => displaced),
    strange: total(({ strange }) => strange),
  };
}

function countsOf(parts: readonly Part[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const part of parts) counts.set(keyOf(part), (counts.get(keyOf(part)) ?? 0) + 1);
  return counts;
}

function keyOf(part: Part | undefined): string {
  return JSON.stringify(part === undefined ? null : [part.speaker, part.text]);
}
