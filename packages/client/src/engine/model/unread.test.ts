import { conversationId, ENTRY_KIND, seq, userNumber } from '@skein/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationRow, EntryRow } from '../ports/cache-store.ts';
import { newConversation } from '../sync/apply-state.ts';
import { laterRead, readPositionAt, unreadOf } from './unread.ts';

const ME = userNumber(1);

/** A log of mine and others' messages, and entries that do not count. */
const log = fc.array(fc.constantFrom('mine', 'theirs', 'reaction'), { minLength: 1, maxLength: 40 });

describe('unread', () => {
  it('[UN1, UN2] is what others wrote after the read position, wherever that is', () => {
    fc.assert(
      fc.property(log, fc.nat(), (kinds, place) => {
        const entries = entriesOf(kinds);
        const row = rowOf(entries);
        const at = entries[place % entries.length] as EntryRow;
        const localRead = readPositionAt(row, at, entries, ME);
        const expected = kinds.slice(at.seq).filter((kind) => kind === 'theirs').length;
        expect(unreadOf({ ...row, localRead })).toBe(expected);
      }),
    );
  });

  it('[UN1] is nothing where one is no member, and never less than nothing', () => {
    const row = rowOf(entriesOf(['theirs', 'theirs']));
    expect(unreadOf(row)).toBe(2);
    expect(unreadOf({ ...row, role: 0 })).toBe(0);
    expect(unreadOf({ ...row, ownTotal: 9 })).toBe(0);
  });

  it('[RM1] never goes back', () => {
    const early = { seq: seq(3), ordinal: 3, own: 0 };
    const late = { seq: seq(9), ordinal: 8, own: 1 };
    expect(laterRead(late, early)).toBe(late);
    expect(laterRead(early, late)).toBe(late);
  });
});

function entriesOf(kinds: readonly string[]): readonly EntryRow[] {
  let ordinal = 0;
  return kinds.map((kind, index) => ({
    conversation: conversationId(1),
    seq: seq(index + 1),
    ordinal: kind === 'reaction' ? ordinal : ++ordinal,
    kind: kind === 'reaction' ? ENTRY_KIND.reaction : ENTRY_KIND.message,
    sender: kind === 'mine' ? ME : userNumber(2),
    timeMs: index,
    target: seq(0),
    body: new Uint8Array(0),
    device: 0 as never,
    counter: 0,
  }));
}

function rowOf(entries: readonly EntryRow[]): ConversationRow {
  const last = entries.at(-1) as EntryRow;
  return {
    ...newConversation(conversationId(1)),
    role: 1,
    head: last.seq,
    headOrdinal: last.ordinal,
    ownTotal: entries.filter(({ sender, kind }) => sender === ME && kind === ENTRY_KIND.message).length,
  };
}
