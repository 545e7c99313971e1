import {
  assert,
  type ConversationId,
  conversationId,
  POSITION_BEFORE_FIRST,
  type Position,
  type UserNumber,
} from '@skein/model';
import type { Conversation, Member } from './conversation.ts';
import { directKey, groupKey } from './conversation-key.ts';
import { SentKeys } from './sent-keys.ts';
import { Users } from './users.ts';

const NO_MEMBERS: readonly Member[] = [];

interface Memberships {
  /** Present and former, in the order of first entering. */
  readonly all: Member[];
  presentCount: number;
}

/**
 * Everything committed, in memory, with the indexes that decisions, fan-out and sync need. Readers take what they like;
 * it changes only by `apply-entry.ts` and `apply-row.ts`, after a commit or at load (rule LG2).
 */
export class World {
  readonly users = new Users();
  readonly sentKeys = new SentKeys();
  /** Position of the last committed batch: what a cursor says. */
  position: Position = POSITION_BEFORE_FIRST;
  /** Position that the stored checkpoint holds for. */
  checkpointPosition: Position = POSITION_BEFORE_FIRST;
  /** Conversations whose checkpoint is older than they are, and how many changes that is. */
  readonly changedSinceCheckpoint = new Set<Conversation>();
  changesSinceCheckpoint = 0;
  readonly #conversations = new Map<ConversationId, Conversation>();
  readonly #byKey = new Map<string, Conversation>();
  readonly #memberships = new Map<UserNumber, Memberships>();
  #nextConversation = 1;

  /** The number that the next new conversation gets. */
  get nextConversation(): ConversationId {
    return conversationId(this.#nextConversation);
  }

  get conversationCount(): number {
    return this.#conversations.size;
  }

  conversation(id: ConversationId): Conversation | undefined {
    return this.#conversations.get(id);
  }

  conversations(): Iterable<Conversation> {
    return this.#conversations.values();
  }

  /** Present and former. */
  membershipsOf(user: UserNumber): readonly Member[] {
    return this.#memberships.get(user)?.all ?? NO_MEMBERS;
  }

  presentCountOf(user: UserNumber): number {
    return this.#memberships.get(user)?.presentCount ?? 0;
  }

  /** The one direct conversation of two people. */
  directBetween(a: UserNumber, b: UserNumber): Conversation | undefined {
    return this.byKey(directKey(a, b));
  }

  /** The group that this user created under this key. */
  groupByKey(creator: UserNumber, key: string): Conversation | undefined {
    return this.byKey(groupKey(creator, key));
  }

  /** By the stored form of the key, which says the kind too. */
  byKey(key: string): Conversation | undefined {
    return this.#byKey.get(key);
  }

  /** Adds a conversation to the indexes; for `apply-row.ts`. */
  addConversation(conversation: Conversation): void {
    assert(!this.#conversations.has(conversation.id), 'a conversation is added once');
    this.#conversations.set(conversation.id, conversation);
    this.#byKey.set(conversation.key, conversation);
    this.#nextConversation = Math.max(this.#nextConversation, conversation.id + 1);
  }

  /** Adds a membership to the indexes; for `apply-row.ts`. */
  addMember(member: Member): void {
    member.conversation.members.set(member.user, member);
    this.#membershipsOf(member.user).all.push(member);
  }

  /** Puts a member among the present ones, or takes them out; for `apply-row.ts`. */
  setPresent(member: Member, isPresent: boolean): void {
    const { present } = member.conversation;
    if (isPresent) present.push(member.user);
    else present.splice(present.indexOf(member.user), 1);
    this.#membershipsOf(member.user).presentCount += isPresent ? 1 : -1;
  }

  /** Counts an entry or refusal that the checkpoint does not hold yet. */
  noteChanged(conversation: Conversation): void {
    this.changedSinceCheckpoint.add(conversation);
    this.changesSinceCheckpoint++;
  }

  #membershipsOf(user: UserNumber): Memberships {
    let memberships = this.#memberships.get(user);
    if (memberships === undefined) {
      memberships = { all: [], presentCount: 0 };
      this.#memberships.set(user, memberships);
    }
    return memberships;
  }
}
