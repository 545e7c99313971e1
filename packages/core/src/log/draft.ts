import { type ConversationId, conversationId, type Position, position, type UserNumber } from '@skein/model';
import type { ConversationRow, MemberRow } from '../ports/store.ts';
import type { CreateFacts } from './decide-create.ts';
import { DraftConversation } from './draft-conversation.ts';
import type { RecentEntries } from './recent-entries.ts';
import type { SentKeys } from './sent-keys.ts';
import type { World } from './world.ts';

/**
 * What a batch decided so far, laid over the world. Thrown away when the commit fails: numbers given out here are then
 * given out again.
 */
export class Draft implements CreateFacts {
  readonly #world: World;
  readonly #memory: { readonly recent: RecentEntries; readonly sentKeys: SentKeys };
  readonly #conversations = new Map<ConversationId, DraftConversation>();
  readonly #created = new Map<string, ConversationId>();
  readonly #presentChanges = new Map<UserNumber, number>();
  #position: number;
  #nextConversation: number;

  constructor(world: World, recent: RecentEntries) {
    this.#world = world;
    this.#memory = { recent, sentKeys: world.sentKeys };
    this.#position = world.position;
    this.#nextConversation = world.nextConversation;
  }

  /** Of the last row so far. */
  get position(): Position {
    return position(this.#position);
  }

  nextPosition(): Position {
    return position(++this.#position);
  }

  conversation(id: ConversationId): DraftConversation | undefined {
    const touched = this.#conversations.get(id);
    if (touched !== undefined) return touched;
    const committed = this.#world.conversation(id);
    if (committed === undefined) return undefined;
    const { kind, title, isOpen, attributes, key, createdAtMs } = committed;
    const row = { id, kind, title, isOpen, attributes, key, createdAtMs };
    const draft = new DraftConversation(row, committed, this.#memory);
    this.#conversations.set(id, draft);
    return draft;
  }

  /** Adds a conversation with the next number. */
  create(row: Omit<ConversationRow, 'id'>): DraftConversation {
    const id = conversationId(this.#nextConversation++);
    const draft = new DraftConversation({ ...row, id }, null, this.#memory);
    this.#conversations.set(id, draft);
    this.#created.set(row.key, id);
    return draft;
  }

  setMember(conversation: DraftConversation, row: MemberRow): void {
    const change = conversation.setMember(row);
    if (change === 0) return;
    this.#presentChanges.set(row.user, (this.#presentChanges.get(row.user) ?? 0) + change);
  }

  byKey(key: string): ConversationId | undefined {
    return this.#created.get(key) ?? this.#world.byKey(key)?.id;
  }

  isUser(user: UserNumber): boolean {
    return this.#world.users.byNumber(user) !== undefined;
  }

  presentCountOf(user: UserNumber): number {
    return this.#world.presentCountOf(user) + (this.#presentChanges.get(user) ?? 0);
  }
}
