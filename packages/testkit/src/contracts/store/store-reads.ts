import type { Store } from '@skein/core';
import { conversationId, type Entry, seq } from '@skein/model';

export const FIRST = conversationId(1);
export const SECOND = conversationId(2);
/** More than any store reads in one page. */
export const MANY = 2_500;

export function all(store: Store, conversation: number): Promise<readonly Entry[]> {
  return store.readEntries({
    conversation: conversationId(conversation),
    fromSeq: seq(1),
    toSeq: seq(MANY),
    countMax: MANY,
    isNewest: false,
  });
}

interface SomeRange {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly countMax?: number;
  readonly isNewest?: boolean;
}

export async function seqsOf(store: Store, range: SomeRange): Promise<number[]> {
  const { fromSeq, toSeq, countMax = MANY, isNewest = false } = range;
  const found = await store.readEntries({
    conversation: FIRST,
    fromSeq: seq(fromSeq),
    toSeq: seq(toSeq),
    countMax,
    isNewest,
  });
  return found.map((each) => each.seq);
}

export async function amendmentSeqs(
  store: Store,
  range: { from: number; to: number; targetFrom: number; targetTo: number; countMax?: number },
): Promise<number[]> {
  const found = await store.readAmendments({
    conversation: FIRST,
    fromSeq: seq(range.from),
    toSeq: seq(range.to),
    targetFromSeq: seq(range.targetFrom),
    targetToSeq: seq(range.targetTo),
    countMax: range.countMax ?? MANY,
  });
  return found.map((each) => each.seq);
}

export async function tailOf(state: {
  readonly entriesAfterCheckpoint: AsyncIterable<readonly Entry[]>;
}): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const page of state.entriesAfterCheckpoint) found.push(...page);
  return found;
}

/** Rows have no promised order. */
export function sorted<T>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
