import {
  ConversationKind,
  type ConversationState,
  type Marker,
  type ReadState,
  Role,
  type User,
} from '@skein/protocol';

/** What a chat knows of one conversation: enough to name it, list it and count what is unread. */
interface Page {
  readonly number: number;
  readonly kind: ConversationKind;
  title: string;
  readonly peer: number;
  head: number;
  ordinal: number;
  /** How far the others have read, as far as it was told. */
  readonly seenBy: Map<number, number>;
  read: { seq: number; ordinal: number; own: number; ownTotal: number };
}

/** Who and what one chat has heard of. Bounded by the server's own limits: conversations per user, members per group. */
export class ChatBook {
  readonly #names = new Map<number, string>();
  readonly #pages = new Map<number, Page>();
  readonly #directs = new Map<string, number>();

  get pages(): readonly Page[] {
    return [...this.#pages.values()];
  }

  page(conversation: number): Page | undefined {
    return this.#pages.get(conversation);
  }

  /** The direct conversation with somebody, when there is one already. */
  directWith(user: string): number | undefined {
    return this.#directs.get(user);
  }

  nameOf(user: number): string | undefined {
    return this.#names.get(user);
  }

  meet(users: readonly User[]): void {
    for (const user of users) this.#names.set(user.number, user.id);
    for (const page of this.#pages.values()) this.#fileDirect(page);
  }

  learn(state: ConversationState): void {
    if (state.role === Role.unspecified) {
      this.#pages.delete(state.conversation);
      return;
    }
    const { conversation, kind, title, peer, head, headOrdinal } = state;
    const page: Page = {
      number: conversation,
      kind,
      title,
      peer,
      head,
      ordinal: headOrdinal,
      read: readOf(state.read),
      seenBy: new Map(state.markers.map(({ user, read }) => [user, read])),
    };
    this.#pages.set(conversation, page);
    this.#fileDirect(page);
  }

  /** The conversation has grown; `isOwn` when the new entry is this user's own message. */
  grew(conversation: number, to: { seq: number; ordinal: number; isOwn: boolean }): void {
    const page = this.#pages.get(conversation);
    if (page === undefined || to.seq <= page.head) return;
    if (to.isOwn && to.ordinal > page.ordinal) page.read.ownTotal++;
    page.head = to.seq;
    page.ordinal = to.ordinal;
  }

  readTo(conversation: number, mine: ReadState): void {
    const page = this.#pages.get(conversation);
    if (page !== undefined) page.read = readOf(mine);
  }

  /** Whether a marker says more than was known: delivered markers move more often than read ones. */
  hasSeenMore({ conversation, user, read }: Pick<Marker, 'conversation' | 'user' | 'read'>): boolean {
    const page = this.#pages.get(conversation);
    if (page === undefined || read <= (page.seenBy.get(user) ?? 0)) return false;
    page.seenBy.set(user, read);
    return true;
  }

  /** How a person would call it: the other's name, or the title. */
  labelOf(page: Page): { with: string } | { group: string } {
    if (page.kind !== ConversationKind.direct) return { group: page.title };
    return { with: this.#names.get(page.peer) ?? `#${page.peer}` };
  }

  unreadIn({ ordinal, read }: Page): number {
    return Math.max(0, ordinal - read.ordinal - (read.ownTotal - read.own));
  }

  #fileDirect(page: Page): void {
    if (page.kind !== ConversationKind.direct) return;
    const name = this.#names.get(page.peer);
    if (name !== undefined) this.#directs.set(name, page.number);
  }
}

function readOf(state: ReadState | undefined): Page['read'] {
  const { seq = 0, ordinal = 0, own = 0, ownTotal = 0 } = state ?? {};
  return { seq, ordinal, own, ownTotal };
}
