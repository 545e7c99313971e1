import type { SyncInit, SyncResultInit } from '@skein/protocol';

/** Where a reader of changes stands: a store's epoch and a position in it. Readers get it as one word, and only hand it back. */
export interface Cursor {
  readonly epoch: string;
  readonly position: number;
}

const WORD = /^([A-Za-z0-9_-]{1,64})\.(\d{1,16})$/;
// The core's own limits are below these.
const CONVERSATIONS_MAX = 1_000;
const ENTRIES_MAX = 100_000;

export function cursorWord({ epoch, position }: Cursor): string {
  return `${epoch}.${position}`;
}

/** Null for what this server never gave out. */
export function parseCursor(word: string): Cursor | null {
  const [, epoch, digits] = WORD.exec(word) ?? [];
  const position = Number(digits);
  return epoch === undefined || !Number.isSafeInteger(position) ? null : { epoch, position };
}

/** Where a reader stands who has taken the last part of an answer. */
export function cursorAfter({ epoch = '', cursor = 0 }: SyncResultInit): Cursor {
  return { epoch, position: cursor };
}

/**
 * What to ask the core for. With a cursor, everything that was missed, as far as one answer goes; without one, the
 * conversations as they are now, and as many of their newest entries as were asked for.
 */
export function syncFrom(cursor: Cursor | null, entries: number): SyncInit {
  if (cursor === null) return { conversations: CONVERSATIONS_MAX, entriesEach: entries };
  return {
    epoch: cursor.epoch,
    cursor: cursor.position,
    conversations: CONVERSATIONS_MAX,
    entriesEach: entries === 0 ? ENTRIES_MAX : entries,
  };
}
