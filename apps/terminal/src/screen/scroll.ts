import type { TimelineLine } from './draw-timeline.ts';

/**
 * The lowest line on the screen, as a line of its message: it stays where it is while messages arrive below it and older
 * ones are loaded above it. Null: at the end, and staying there.
 */
export type Anchor = { readonly owner: string; readonly fromItsEnd: number } | null;

export interface Shown {
  readonly lines: readonly TimelineLine[];
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
}

/** The part of the lines that fits, above the anchor. */
export function shownOf(lines: readonly TimelineLine[], height: number, anchor: Anchor): Shown {
  const end = Math.max(endOf(lines, anchor), Math.min(height, lines.length));
  const start = Math.max(0, end - height);
  return { lines: lines.slice(start, end), isAtStart: start === 0, isAtEnd: end === lines.length };
}

/** The anchor after moving by some lines; negative is up. */
export function scrolled(lines: readonly TimelineLine[], height: number, anchor: Anchor, by: number): Anchor {
  const lowest = Math.min(height, lines.length);
  const end = Math.min(lines.length, Math.max(lowest, endOf(lines, anchor) + by));
  return end === lines.length ? null : anchorAt(lines, end - 1);
}

/** One past the lowest line shown; a message that is gone lets go. */
function endOf(lines: readonly TimelineLine[], anchor: Anchor): number {
  if (anchor === null) return lines.length;
  const last = lines.findLastIndex(({ owner }) => owner === anchor.owner);
  return last < 0 ? lines.length : Math.max(1, last + 1 - anchor.fromItsEnd);
}

function anchorAt(lines: readonly TimelineLine[], index: number): Anchor {
  const owner = lines[index]?.owner ?? '';
  const last = lines.findLastIndex((each) => each.owner === owner);
  return { owner, fromItsEnd: last - index };
}
