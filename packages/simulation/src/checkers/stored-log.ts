import type { ConversationRow, MemberRow, UserRow } from '@skein/core';
import { type ConversationId, ENTRY_KIND, type Entry, isCountable, type UserNumber } from '@skein/model';
import { decodeMessage, MemberAction, readContent, readMemberChange, readReaction } from '@skein/protocol';
import type { MemoryData } from '@skein/stores';

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
  /** At which seq each text stands that was not recalled; no text is sent twice. */
  readonly seqByText: ReadonlyMap<string, number>;
}

export interface Presence {
  readonly from: number;
  readonly to: number;
}

/** Everything a server's store holds, read past the process: what the checkers compare all views with. */
export interface StoredLog {
  readonly conversations: ReadonlyMap<ConversationId, StoredConversation>;
  readonly users: ReadonlyMap<UserNumber, UserRow>;
}

/**
 * Reads the stored log, again and again: what did not change since the last look is the same object as then, so that who
 * checks it need not check it anew.
 */
export class StoredLogReader {
  readonly #data: MemoryData;
  #last: StoredLog = { conversations: new Map(), users: new Map() };
  #readAt = '';

  constructor(data: MemoryData) {
    this.#data = data;
  }

  read(): StoredLog {
    const { position, users, conversations } = this.#data;
    const at = `${position}/${users.length}`;
    if (at === this.#readAt) return this.#last;
    this.#readAt = at;
    this.#last = {
      conversations: new Map(Array.from(conversations.values(), (row) => [row.id, this.#conversation(row)])),
      users: new Map(users.map((user) => [user.number, user])),
    };
    return this.#last;
  }

  #conversation(row: ConversationRow): StoredConversation {
    const before = this.#last.conversations.get(row.id);
    const members = [...this.#data.members.values()].filter((member) => member.conversation === row.id);
    const entries = this.#data.logs.get(row.id) ?? [];
    // A recall erases by putting another entry in the place of the old one.
    const isSameLog = before !== undefined && hasSameElements(before.entries, entries);
    if (isSameLog && before.row === row && hasSameElements([...before.members.values()], members))
      return before;
    const { messages, seqByText } = isSameLog ? before : foldMessages(entries);
    return {
      row,
      entries: isSameLog ? before.entries : [...entries],
      members: new Map(members.map((member) => [member.user, member])),
      messages,
      presence: row.kind === 'direct' ? alwaysPresent(members) : foldPresence(entries),
      seqByText,
    };
  }
}

function hasSameElements(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index]);
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

function foldMessages(entries: readonly Entry[]): Pick<StoredConversation, 'messages' | 'seqByText'> {
  const messages = new Map<number, ExpectedMessage>();
  const seqByText = new Map<string, number>();
  for (const entry of entries) {
    const { kind, body } = entry;
    const text = kind === ENTRY_KIND.message || kind === ENTRY_KIND.edit ? textOf(body) : '';
    if (body.length > 0 && text !== '') seqByText.set(text, entry.seq);
    if (kind === ENTRY_KIND.message) messages.set(entry.seq, newMessage(entry, text));
    const target = messages.get(entry.target);
    if (target !== undefined) amend(target, entry, text);
  }
  return { messages, seqByText };
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

function newMessage(entry: Entry, text: string): ExpectedMessage {
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

function amend(message: ExpectedMessage, entry: Entry, text: string): void {
  switch (entry.kind) {
    case ENTRY_KIND.edit:
      message.text = text;
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
