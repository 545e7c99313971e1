import { isCountable, type Seq, seq, type UserNumber } from '@skein/model';
import type { ConversationRow, EntryRow, ReadPosition } from '../ports/cache-store.ts';

export const NOTHING_READ: ReadPosition = { seq: seq(0), ordinal: 0, own: 0 };

/** How far the person has read, on this device or, as far as it is known here, on another. */
export function readOf(row: ConversationRow): ReadPosition {
  return row.localRead.seq > row.read.seq ? row.localRead : row.read;
}

/** [UN1] Derived, never stored: everything countable after the read position but what the person wrote. */
export function unreadOf(row: ConversationRow): number {
  if (row.role === 0) return 0;
  const read = readOf(row);
  return Math.max(0, row.headOrdinal - read.ordinal - (row.ownTotal - read.own));
}

/**
 * [UN2] The read position at an entry. Exact when everything from there to the head is at hand, which it is when a person
 * reads; otherwise the server's answer corrects it.
 */
export function readPositionAt(
  row: ConversationRow,
  at: Pick<EntryRow, 'seq' | 'ordinal'>,
  after: Iterable<EntryRow>,
  me: UserNumber,
): ReadPosition {
  if (at.seq >= row.head) return { seq: row.head, ordinal: row.headOrdinal, own: row.ownTotal };
  let ownAfter = 0;
  for (const entry of after) {
    if (entry.seq > at.seq && entry.sender === me && isCountable(entry.kind)) ownAfter++;
  }
  return { seq: at.seq, ordinal: at.ordinal, own: row.ownTotal - ownAfter };
}

/** [RM1] Of two read positions the later one; markers never go back. */
export function laterRead(a: ReadPosition, b: ReadPosition): ReadPosition {
  return b.seq >= a.seq ? b : a;
}

export function laterSeq(a: Seq, b: Seq): Seq {
  return b > a ? b : a;
}
