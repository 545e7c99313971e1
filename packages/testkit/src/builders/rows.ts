import type { CommitBatch, ConversationRow, MemberRow, RefusalRow } from '@skein/core';
import {
  conversationId,
  deviceNumber,
  ENTRY_KIND,
  type Entry,
  position,
  refuse,
  seq,
  userNumber,
} from '@skein/model';

const SOME_TIME_MS = 1_700_000_000_000;

/** A message entry; by default the first of conversation 1, sent by device 1 of user 1. */
export function entry(overrides: Partial<Entry> = {}): Entry {
  return {
    conversation: conversationId(1),
    seq: seq(1),
    ordinal: 1,
    kind: ENTRY_KIND.message,
    sender: userNumber(1),
    device: deviceNumber(1),
    counter: 1,
    timeMs: SOME_TIME_MS,
    target: seq(0),
    body: new Uint8Array([1, 2, 3]),
    position: position(1),
    ...overrides,
  };
}

/** Messages `fromSeq … toSeq` of one conversation, with positions from `fromPosition` on. */
export function entries(conversation: number, fromSeq: number, toSeq: number, fromPosition: number): Entry[] {
  return Array.from({ length: toSeq - fromSeq + 1 }, (_, index) =>
    entry({
      conversation: conversationId(conversation),
      seq: seq(fromSeq + index),
      ordinal: fromSeq + index,
      counter: fromSeq + index,
      timeMs: SOME_TIME_MS + fromSeq + index,
      position: position(fromPosition + index),
    }),
  );
}

export function conversationRow(overrides: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id: conversationId(1),
    kind: 'group',
    title: 'Arden',
    isOpen: false,
    attributes: new Map(),
    key: '1:arden',
    createdAtMs: SOME_TIME_MS,
    ...overrides,
  };
}

export function memberRow(overrides: Partial<MemberRow> = {}): MemberRow {
  return {
    conversation: conversationId(1),
    user: userNumber(1),
    role: 'member',
    firstSeq: seq(1),
    leftSeq: seq(0),
    joinedSeq: seq(1),
    deliveredSeq: seq(0),
    readSeq: seq(0),
    readOrdinal: 0,
    readOwn: 0,
    position: position(1),
    ...overrides,
  };
}

export function refusalRow(overrides: Partial<RefusalRow> = {}): RefusalRow {
  return {
    conversation: conversationId(1),
    device: deviceNumber(1),
    counter: 1,
    refusal: refuse('permission.not_member'),
    position: position(1),
    ...overrides,
  };
}

/** A batch whose position, unless given, is the highest in it. */
export function batch(overrides: Partial<CommitBatch> = {}): CommitBatch {
  const rows = [...(overrides.entries ?? []), ...(overrides.members ?? []), ...(overrides.refusals ?? [])];
  return {
    position: position(Math.max(0, ...rows.map((row) => row.position))),
    entries: [],
    redactions: [],
    conversations: [],
    members: [],
    refusals: [],
    sentKeys: [],
    ...overrides,
  };
}
