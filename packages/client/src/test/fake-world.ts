import { addToDigest, conversationId, EMPTY_DIGEST, ENTRY_KIND, isCountable, seq } from '@skein/model';
import {
  ConversationKind,
  type ConversationStateInit,
  encodeMessage,
  type LogEntryInit,
  MemberAction,
  Role,
  type SyncInit,
  type SyncResultInit,
  type UserInit,
  writeContent,
  writeMemberChange,
} from '@skein/protocol';

export interface FakeEntry {
  readonly seq: number;
  readonly ordinal: number;
  readonly kind: number;
  readonly sender: number;
  readonly timeMs: number;
  readonly target: number;
  body: Uint8Array;
  readonly device: number;
  readonly counter: number;
  readonly position: number;
}

export interface FakeConversation {
  readonly number: number;
  readonly kind: number;
  title: string;
  readonly members: Set<number>;
  readonly entries: FakeEntry[];
  readonly read: Map<number, number>;
  position: number;
}

/** What an entry needs beside its place. */
export type FakeDraft = Partial<Pick<FakeEntry, 'kind' | 'target' | 'body' | 'device' | 'counter'>>;

const START_MS = 1_700_000_000_000;
const NO_BYTES = new Uint8Array(0);

/** What a server knows: users, logs, read positions. Just enough of the rules to test a client against. */
export class FakeWorld {
  epoch = 'epoch-1';
  position = 0;
  readonly users = new Map<string, UserInit & { readonly number: number; readonly id: string }>();
  readonly conversations = new Map<number, FakeConversation>();

  user(id: string): UserInit & { readonly number: number; readonly id: string } {
    const known = this.users.get(id);
    if (known !== undefined) return known;
    const user = { number: this.users.size + 1, id, name: id[0]?.toUpperCase() + id.slice(1) };
    this.users.set(id, user);
    return user;
  }

  conversation(number: number): FakeConversation {
    const found = this.conversations.get(number);
    if (found === undefined) throw new RangeError(`no conversation ${number}`);
    return found;
  }

  direct(a: string, b: string): FakeConversation {
    const members = new Set([this.user(a).number, this.user(b).number]);
    for (const conversation of this.conversations.values()) {
      const isDirect = conversation.kind === ConversationKind.direct;
      if (isDirect && [...members].every((user) => conversation.members.has(user))) return conversation;
    }
    return this.#create(ConversationKind.direct, '', members, this.user(a).number);
  }

  group(title: string, ids: readonly string[]): FakeConversation {
    const members = ids.map((id) => this.user(id).number);
    return this.#create(ConversationKind.group, title, new Set(members), members[0] ?? 0);
  }

  append(conversation: FakeConversation, sender: number, draft: FakeDraft = {}): FakeEntry {
    const kind = draft.kind ?? ENTRY_KIND.message;
    const before = conversation.entries.at(-1);
    const entry: FakeEntry = {
      seq: conversation.entries.length + 1,
      ordinal: (before?.ordinal ?? 0) + (isCountable(kind) ? 1 : 0),
      kind,
      sender,
      timeMs: START_MS + ++this.position,
      target: draft.target ?? 0,
      body: draft.body ?? NO_BYTES,
      device: draft.device ?? 0,
      counter: draft.counter ?? 0,
      position: this.position,
    };
    const target = conversation.entries[entry.target - 1];
    if (kind === ENTRY_KIND.recall && target !== undefined) target.body = NO_BYTES;
    conversation.entries.push(entry);
    conversation.position = this.position;
    return entry;
  }

  readUpTo(conversation: FakeConversation, user: number, at: number): boolean {
    const next = Math.min(at, conversation.entries.length);
    if (next <= (conversation.read.get(user) ?? 0)) return false;
    conversation.read.set(user, next);
    conversation.position = ++this.position;
    return true;
  }

  /** The answer to a sync, in one part. */
  answer(user: number, ask: SyncInit): SyncResultInit {
    const isOurs = ask.epoch === this.epoch && (ask.cursor ?? 0) <= this.position;
    const after = isOurs ? (ask.cursor ?? 0) : 0;
    const mine = [...this.conversations.values()].filter(({ members }) => members.has(user));
    const changed = mine
      .filter(({ position }) => position > after)
      .toSorted((a, b) => b.position - a.position)
      .map((conversation, index) => {
        // Outside of the window nothing is read, as in the real server.
        if (index >= (ask.conversations ?? 0))
          return { ...this.state(conversation, user), amendmentsMore: after > 0 };
        return this.#missed(conversation, user, { after, each: ask.entriesEach ?? 0 });
      });
    const digest = mine.reduce(
      (sum, { number, entries, read }) =>
        addToDigest(sum, conversationId(number), seq(entries.length), seq(read.get(user) ?? 0)),
      EMPTY_DIGEST,
    );
    return {
      epoch: this.epoch,
      cursor: this.position,
      reset: !isOurs && (ask.epoch ?? '') !== '',
      changed,
      users: [...this.users.values()],
      digestHigh: digest.high,
      digestLow: digest.low,
      memberships: mine.length,
    };
  }

  state(conversation: FakeConversation, user: number): ConversationStateInit {
    const { number, kind, title, entries, members } = conversation;
    const head = entries.at(-1);
    const read = conversation.read.get(user) ?? 0;
    const own = (upTo: number) =>
      entries.filter((e) => e.seq <= upTo && e.sender === user && isCountable(e.kind)).length;
    return {
      conversation: number,
      kind,
      title,
      head: entries.length,
      headOrdinal: head?.ordinal ?? 0,
      headTimeMs: head?.timeMs ?? 0,
      role: members.has(user) ? Role.member : Role.unspecified,
      first: 1,
      memberCount: members.size,
      read: {
        seq: read,
        ordinal: entries[read - 1]?.ordinal ?? 0,
        own: own(read),
        ownTotal: own(entries.length),
      },
      peer: kind === ConversationKind.direct ? ([...members].find((other) => other !== user) ?? 0) : 0,
    };
  }

  #missed(
    conversation: FakeConversation,
    user: number,
    { after, each }: { readonly after: number; readonly each: number },
  ): ConversationStateInit {
    const missed = conversation.entries.filter(({ position }) => position > after);
    const told = each === 0 ? [] : missed.slice(-each);
    const hole = missed.slice(0, missed.length - told.length);
    const from = hole[0]?.seq ?? 0;
    return {
      ...this.state(conversation, user),
      entries: told.map(toLogEntry),
      amendments: hole.filter(({ target }) => target > 0 && target < from).map(toLogEntry),
    };
  }

  #create(kind: number, title: string, members: Set<number>, creator: number): FakeConversation {
    const number = this.conversations.size + 1;
    const conversation: FakeConversation = {
      number,
      kind,
      title,
      members,
      entries: [],
      read: new Map(),
      position: 0,
    };
    this.conversations.set(number, conversation);
    const body = encodeMessage(writeMemberChange, { action: MemberAction.created, users: [...members] });
    this.append(conversation, creator, { kind: ENTRY_KIND.member, body });
    for (const user of members) conversation.read.set(user, 1);
    return conversation;
  }
}

export function bodyOfText(text: string): Uint8Array {
  return encodeMessage(writeContent, { of: { case: 'text', value: text } });
}

export function toLogEntry(entry: FakeEntry): LogEntryInit {
  const { position: _, kind, ...rest } = entry;
  return { ...rest, kind: kind === ENTRY_KIND.message ? 0 : kind };
}
