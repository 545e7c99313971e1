import { type Seq, seq } from '@skein/model';
import type { ConversationRow, SeqRange } from '../engine/ports/cache-store.ts';
import { missingIn, rangeAt } from '../engine/sync/range-set.ts';

/** Which part of a log a timeline shows. */
export interface Window {
  readonly from: Seq;
  /** Null: up to the head, and following it. */
  readonly to: Seq | null;
}

/** The newest `count` entries, following the head. */
export function latestWindow(row: ConversationRow, count: number): Window {
  return { from: clamp(row.head - count + 1, row), to: null };
}

/** So many entries on each side of the target of a jump. */
export function windowAround(row: ConversationRow, target: number, around: number): Window {
  const to = target + around;
  return { from: clamp(target - around, row), to: to >= row.head ? null : seq(to) };
}

export function olderBy(window: Window, row: ConversationRow, count: number): Window {
  return { ...window, from: clamp(window.from - count, row) };
}

export function newerBy(window: Window, row: ConversationRow, count: number): Window {
  if (window.to === null) return window;
  const to = window.to + count;
  return { ...window, to: to >= row.head ? null : seq(to) };
}

export function rangeOf(window: Window, row: ConversationRow): SeqRange {
  return { from: window.from, to: window.to ?? row.head };
}

/** What of the window this device does not hold. */
export function gapsIn(window: Window, row: ConversationRow): readonly SeqRange[] {
  return missingIn(row.held, rangeOf(window, row));
}

/**
 * How far back a window can be extended with what this device holds: down to `wanted`, or to the start of the held entries
 * right before the window; the window's own start when there are none.
 */
export function heldBackTo(row: ConversationRow, from: Seq, wanted: Seq): Seq {
  const held = rangeAt(row.held, seq(from - 1));
  return held === undefined ? from : seq(Math.max(held.from, wanted));
}

function clamp(at: number, row: ConversationRow): Seq {
  return seq(Math.max(at, row.first, 1));
}
