import type { ConversationKind, Role } from '@skein/model';
import type { Live, LiveList } from './live.ts';
import type { Attribute, Message, Outgoing, Sending, User } from './message.ts';

/** What is left out stays as it is. */
export interface ConversationSettings {
  readonly title?: string;
  readonly isOpen?: boolean;
  /** Those named are set, or with an empty value taken away. */
  readonly attributes?: readonly Attribute[];
}

export interface ConversationInfo {
  readonly id: string;
  readonly kind: ConversationKind;
  /** False for a direct conversation nobody has written in yet, and for an id this device knows nothing of. */
  readonly exists: boolean;
  /** The group's title, or the other person's name. */
  readonly title: string;
  /** The other person of a direct conversation. */
  readonly peer: User | null;
  /** Null: not a member (any more). */
  readonly role: Role | null;
  readonly memberCount: number;
  /** Anyone who knows it may join by themselves. */
  readonly isOpen: boolean;
  /** What an application keeps with a group. */
  readonly attributes: readonly Attribute[];
  readonly unread: number;
  /** The newest message, also while it is still on its way; null when there is none. */
  readonly last: Message | null;
  /** When the newest entry was stored. */
  readonly at: Date | null;
  /** What the other side has: seqs of a direct conversation's peer. */
  readonly peerDelivered: number;
  readonly peerRead: number;
}

export interface Member {
  readonly user: User;
  readonly role: Role;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

export interface Draft {
  readonly text: string;
  readonly replyTo: number | null;
}

/** Entries that exist and that this device does not hold, inclusive. */
export interface Gap {
  readonly fromSeq: number;
  readonly toSeq: number;
  /** They are being fetched. */
  readonly isLoading: boolean;
}

export type Paging = 'can-load' | 'loading' | 'exhausted';

/** One window on a conversation, as one consistent snapshot. */
export interface TimelineView {
  /** In seq order; own messages that have no seq yet come last. */
  readonly items: readonly Message[];
  /** Where items are not neighbours although the numbers between them exist, ascending: draw a gap there. */
  readonly gaps: readonly Gap[];
  readonly older: Paging;
  readonly newer: Paging;
  /** The first message that was unread when the timeline was opened; the line stays there. */
  readonly firstUnreadSeq: number | null;
}

export type JumpTarget = { readonly seq: number } | 'unread' | 'latest';

/** Messages of one conversation, oldest first: history, live and unsent in one list. */
export interface Timeline extends LiveList<Message> {
  readonly view: Live<TimelineView>;
  readonly gaps: readonly Gap[];
  readonly older: Paging;
  readonly newer: Paging;
  readonly unread: { readonly firstSeq: number | null; readonly count: number };
  /** Extends the window; rejects `network.*` when what is needed is not on this device and cannot be fetched. */
  loadOlder(count?: number): Promise<void>;
  loadNewer(count?: number): Promise<void>;
  /** Fetches a page of a gap, from its newer end. */
  fillGap(gap: Gap): Promise<void>;
  /** Moves the window so that it shows the target. */
  jumpTo(target: JumpTarget): Promise<void>;
}

/** A message, a seq, or a moment. */
export type HistoryPlace = Message | number | Date;

/** Which messages of a conversation; without a place the newest. */
export interface HistoryQuery {
  /** Those before this place, the nearest ones. */
  readonly before?: HistoryPlace;
  /** Those after this place, the nearest ones. */
  readonly after?: HistoryPlace;
  /** Those from the first place on towards the second, which may be the earlier one. */
  readonly between?: readonly [HistoryPlace, HistoryPlace];
  /** Whether what stands at the places themselves is meant, too; of two places also one by one. */
  readonly inclusive?: boolean | readonly [boolean, boolean];
  readonly type?: 'text' | 'custom' | 'tip';
  /** 1–100; by default 20. */
  readonly limit?: number;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Asks for the next ones; null when there are none. */
  readonly next: HistoryQuery | null;
}

export interface Conversation {
  /** `@<user>` for a direct conversation, the number for a group. Never changes; works offline and as a URL. */
  readonly id: string;
  readonly info: Live<ConversationInfo>;
  readonly messages: Timeline;
  /** Others who are typing now. */
  readonly typing: Live<readonly User[]>;
  readonly members: LiveList<Member>;
  /** Kept on this device. */
  readonly draft: Live<Draft>;
  setDraft(draft: Partial<Draft>): void;
  /** Puts a message on the screen and sends it exactly once, now or when there is a connection again. */
  send(message: Outgoing): Sending;
  /** Everything up to this message, by default the newest, has been read. Never goes backwards; works offline. */
  markRead(upTo?: Message): void;
  /** Tell the others while keys are pressed, as often as you like; it ends by itself. */
  setTyping(isTyping?: boolean): void;
  update(settings: ConversationSettings): Promise<void>;
  invite(users: readonly string[]): Promise<void>;
  kick(users: readonly string[]): Promise<void>;
  setRole(user: string, role: Role): Promise<void>;
  join(): Promise<void>;
  leave(): Promise<void>;
  /** Messages by place and type, asked of the server; shows nothing in `messages`, and works only online. */
  query(query?: HistoryQuery): Promise<HistoryPage>;
  /** Another window on the same history; `close()` it when done. */
  open(at?: JumpTarget): Timeline;
}

export interface ConversationQuery {
  readonly filter?: 'all' | 'unread' | 'groups';
  /** Matches titles and names. */
  readonly text?: string;
}

export interface Conversations {
  /** Most recently active first. The same query gives the same list. */
  list(query?: ConversationQuery): LiveList<Conversation>;
  /** Never null, never waits; `info.exists` tells. */
  get(id: string): Conversation;
  /** The one conversation with this person; it may not exist yet, and can be written to all the same. */
  direct(user: string): Conversation;
  createGroup(group: {
    readonly title: string;
    readonly users: readonly string[];
    readonly isOpen?: boolean;
  }): Promise<Conversation>;
}
