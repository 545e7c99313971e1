import { type Seq, seq } from '@skein/model';
import type { SeqRange } from '../ports/cache-store.ts';

/**
 * Which entries of a log this device holds: inclusive ranges, ascending, never touching each other. Small in practice: one
 * range, or two with a hole that a person has not scrolled to yet.
 */
export type RangeSet = readonly SeqRange[];

/** [CU1] The union with one more range; the same reference when it adds nothing. */
export function addRange(set: RangeSet, added: SeqRange): RangeSet {
  if (added.to < added.from || containsRange(set, added)) return set;
  const before = set.filter((range) => range.to + 1 < added.from);
  const after = set.filter((range) => range.from > added.to + 1);
  const touched = set.slice(before.length, set.length - after.length);
  const merged: SeqRange = {
    from: seq(Math.min(added.from, touched[0]?.from ?? added.from)),
    to: seq(Math.max(added.to, touched.at(-1)?.to ?? added.to)),
  };
  return [...before, merged, ...after];
}

/** The parts of `wanted` that are not held, ascending. */
export function missingIn(set: RangeSet, wanted: SeqRange): RangeSet {
  const missing: SeqRange[] = [];
  let from: number = wanted.from;
  for (const range of set) {
    if (range.to < from) continue;
    if (range.from > wanted.to) break;
    if (range.from > from) missing.push({ from: seq(from), to: seq(range.from - 1) });
    from = range.to + 1;
  }
  if (from <= wanted.to) missing.push({ from: seq(from), to: wanted.to });
  return missing;
}

/** What is in both. */
export function intersect(a: RangeSet, b: RangeSet): RangeSet {
  return a.flatMap(({ from, to }) =>
    b
      .filter((range) => range.from <= to && from <= range.to)
      .map((range) => ({ from: seq(Math.max(from, range.from)), to: seq(Math.min(to, range.to)) })),
  );
}

/** The set without everything above `last`. */
export function cutAfter(set: RangeSet, last: Seq): RangeSet {
  return set
    .filter((range) => range.from <= last)
    .map((range) => (range.to <= last ? range : { from: range.from, to: last }));
}

/** The set without everything up to `last`. */
export function cutUpTo(set: RangeSet, last: Seq): RangeSet {
  return set
    .filter((range) => range.to > last)
    .map((range) => (range.from > last ? range : { from: seq(last + 1), to: range.to }));
}

export function containsRange(set: RangeSet, wanted: SeqRange): boolean {
  const range = rangeAt(set, wanted.from);
  return range !== undefined && range.to >= wanted.to;
}

export function containsSeq(set: RangeSet, wanted: Seq): boolean {
  return rangeAt(set, wanted) !== undefined;
}

/** The range that holds `wanted`. Looked for from the newest, which is where nearly every question goes. */
export function rangeAt(set: RangeSet, wanted: Seq): SeqRange | undefined {
  return set.findLast((range) => range.from <= wanted && wanted <= range.to);
}

/** Ranges of neighbours in an ascending list of positions. */
export function rangesOf(ascending: readonly Seq[]): RangeSet {
  const ranges: { from: Seq; to: Seq }[] = [];
  for (const at of ascending) {
    const last = ranges.at(-1);
    if (last !== undefined && at <= last.to + 1) last.to = at;
    else ranges.push({ from: at, to: at });
  }
  return ranges;
}
