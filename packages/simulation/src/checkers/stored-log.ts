import type { ConversationRow, MemberRow, Store, UserRow } from '@skein/core';
import { type ConversationId, ENTRY_KIND, type Entry, isCountable, seq, type UserNumber } from '@skein/model';
import { decodeMessage, MemberAction, readContent, readMemberChange, readReaction } from '@skein/protocol';

/** One message as everybody must see it in the end, folded here by the plainest means. */
export interface ExpectedMessage {
  readonly seq: number;
  readonly sender: UserNumber;
  text: string;
  isEdited: boolean;
  isRecalled: boolean;
  /** "key by user", sorted when compared. */
  readonly reactions: Set<string>;
  /** Every text it ever had: what a device that is behind may show. */
  readonly texts: string[];
}

export interface StoredConversation {
  readonly row: ConversationRow;
  readonly entries: readonly Entry[];
  readonly members: ReadonlyMap<UserNumber, MemberRow>;
  readonly messages: ReadonlyMap<number, ExpectedMessage>;
  /** From which entry to which each user was a member, both inclusive. */
  readonly presence: ReadonlyMap<number, readonly Presence[]>;
}

export interface Presence {
  readonly from: number;
  readonly to: number;
}

export interface Place {
  readonly id: ConversationId;
  readonly seq: number;
}

/** Everything a server's store holds, read past the process: what the checkers compare all views with. */
export interface StoredLog {
  readonly conversations: ReadonlyMap<ConversationId, StoredConversation>;
  readonly users: ReadonlyMap<UserNumber, UserRow>;
  /** Where each text stands that was not recalled; no text is sent twice. */
  readonly places: ReadonlyMap<string, Place>;
}

export async function readStoredLog(store: Store): Promise<StoredLog> {
  const state = await store.load();
  const conversations = new Map<ConversationId, StoredConversation>();
  const places = new Map<string, Place>();
  for (const row of state.conversations) {
    const entries = await store.readEntries({
      conversation: row.id,
      fromSeq: seq(1),
      toSeq: seq(Number.MAX_SAFE_INTEGER),
      countMax: Number.MAX_SAFE_INTEGER,
      isNewest: false,
    });
    const members = state.members.filter((member) => member.conversation === row.id);
    conversations.set(row.id, {
      row,
      entries,
      members: new Map(members.map((member) => [member.user, member])),
      messages: foldMessages(entries),
      presence: row.kind === 'direct' ? alwaysPresent(members) : foldPresence(entries),
    });
    for (const { kind, seq: at, body } of entries) {
      const isText = kind === ENTRY_KIND.message || kind === ENTRY_KIND.edit;
      if (isText && body.length > 0) places.set(textOf(body), { id: row.id, seq: at });
    }
  }
  return { conversations, places, users: new Map(state.users.map((user) => [user.number, user])) };
}

export function numberOf(user: string, log: StoredLog): UserNumber | undefined {
  for (const row of log.users.values()) if (row.id === user) return row.number;
  return undefined;
}

/** Unread of a member by counting, where the product does arithmetic (I7). */
export function countUnread(conversation: StoredConversation, user: UserNumber): number {
  const member = conversation.members.get(user);
  if (member === undefined) return 0;
  return conversation.entries.filter(
    (entry) => entry.seq > member.readSeq && isCountable(entry.kind) && entry.sender !== user,
  ).length;
}

function foldMessages(entries: readonly Entry[]): Map<number, ExpectedMessage> {
  const messages = new Map<number, ExpectedMessage>();
  for (const entry of entries) {
    if (entry.kind === ENTRY_KIND.message) messages.set(entry.seq, newMessage(entry));
    const target = messages.get(entry.target);
    if (target !== undefined) amend(target, entry);
  }
  return messages;
}

function alwaysPresent(members: readonly MemberRow[]): Map<number, readonly Presence[]> {
  return new Map(members.map(({ user }) => [user, [{ from: 1, to: Number.MAX_SAFE_INTEGER }]]));
}

function foldPresence(entries: readonly Entry[]): Map<number, readonly Presence[]> {
  const presence = new Map<number, Presence[]>();
  for (const { kind, seq: at, sender, body } of entries) {
    if (kind !== ENTRY_KIND.member) continue;
    const { action, users } = decodeMessage(readMemberChange, body);
    const changed = action === MemberAction.created ? new Set([sender, ...users]) : users;
    for (const user of changed) {
      const spans = presence.get(user) ?? [];
      const last = spans.at(-1);
      const isPresent = last !== undefined && last.to === Number.MAX_SAFE_INTEGER;
      if (action === MemberAction.left || action === MemberAction.kicked) {
        if (isPresent) spans.splice(-1, 1, { from: last.from, to: at });
      } else if (!isPresent) spans.push({ from: at, to: Number.MAX_SAFE_INTEGER });
      presence.set(user, spans);
    }
  }
  return presence;
}

function newMessage(entry: Entry): ExpectedMessage {
  const text = textOf(entry.body);
  return {
    seq: entry.seq,
    sender: entry.sender,
    text,
    isEdited: false,
    isRecalled: false,
    reactions: new Set(),
    texts: [text],
  };
}

function amend(message: ExpectedMessage, entry: Entry): void {
  switch (entry.kind) {
    case ENTRY_KIND.edit:
      message.text = textOf(entry.body);
      message.texts.push(message.text);
      message.isEdited = true;
      return;
    case ENTRY_KIND.recall:
      message.isRecalled = true;
      return;
    case ENTRY_KIND.reaction: {
      const { key, removed } = decodeMessage(readReaction, entry.body);
      const name = `${key} by ${entry.sender}`;
      if (removed) message.reactions.delete(name);
      else message.reactions.add(name);
    }
  }
}

/** The words of a message's or edit's body; empty when it was recalled or is no text. */
export function textOf(body: Uint8Array): string {
  const { of } = decodeMessage(readContent, body);
  return of?.case === 'text' ? of.value : '';
}
