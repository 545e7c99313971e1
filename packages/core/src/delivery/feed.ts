import type { Limits, UserNumber } from '@skein/model';
import type { DownFrameInit } from '@skein/protocol';
import type { Blocks } from '../contacts/is-silenced.ts';
import type { Counters } from '../counters.ts';
import type { Conversation, Member } from '../log/conversation.ts';
import type { World } from '../log/world.ts';
import type { Outbound } from '../ports/outbound.ts';
import { showsMarkers, toConversationState, toMarker, toOwnMarker } from '../sync/conversation-state.ts';
import { peopleIn } from '../sync/people.ts';
import type { Delivery } from './delivery.ts';
import { Liveness } from './liveness.ts';

/** What waits to be told of one dirty conversation; bits, so that more of the same costs nothing. */
const HEAD = 1;
const MARKERS = 2;
const MEMBERSHIP = 4;

/**
 *   cold ──beginSync──▶ syncing ──finishSync──▶ live
 *    ▲                     │ ▲                    │
 *    └──── too much ───────┘ └───── beginSync ────┤
 *    └──────────────── too much: Resync ──────────┘
 */
type FeedState = 'cold' | 'syncing' | 'live';

export interface FeedDeps {
  readonly world: World;
  readonly contacts: Blocks;
  readonly limits: Limits;
  readonly counters: Counters;
}

/** Whose feed it is. */
export interface FeedOwner {
  readonly user: UserNumber;
  readonly outbound: Outbound;
  /** What commands of this connection name as their origin. */
  readonly origin: object;
}

/**
 * What one connection is told of live, and how much: pushes while it is contiguous and under its byte budget, else one
 * bit per conversation. Whatever the backlog, a slow reader costs a bounded map (DL2, DL3).
 */
export class Feed {
  readonly owner: FeedOwner;
  readonly liveness = new Liveness();
  readonly #deps: FeedDeps;
  readonly #outbound: Outbound;
  readonly #budgetBytes: number;
  #state: FeedState = 'cold';
  // Present while something is dirty; most connections never need one.
  #dirty: Map<Conversation, number> | null = null;
  // What tells of newer things than the sync answer under way; it waits behind it (DL6).
  #held: DownFrameInit[] | null = null;
  #isOverrun = false;

  constructor(owner: FeedOwner, deps: FeedDeps) {
    this.owner = owner;
    this.#deps = deps;
    this.#outbound = owner.outbound;
    this.#budgetBytes = deps.limits.outboundBytesMax;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** How many conversations wait to be told of. */
  get dirtyCount(): number {
    return this.#dirty?.size ?? 0;
  }

  get hasRoom(): boolean {
    return this.#outbound.queuedBytes() < this.#budgetBytes;
  }

  /** [DL1, DL2] Pushes a committed entry, or remembers that this conversation has news. The hot path of fan-out. */
  deliver(delivery: Delivery, conversation: Conversation, nowMs: number): void {
    const isContiguous = this.#dirty === null || !this.#dirty.has(conversation);
    if (this.#state === 'live' && isContiguous && this.#outbound.queuedBytes() < this.#budgetBytes) {
      this.#outbound.push(delivery);
      this.liveness.notePush(nowMs);
      this.#deps.counters.pushed++;
    } else {
      this.#mark(conversation, HEAD);
    }
  }

  /**
   * The entry was this connection's own send: its Ack says what a push would. Only a sync under way needs more, since
   * its answer ends before the entry.
   */
  deliverOwn(conversation: Conversation): void {
    if (this.#state === 'syncing') this.#mark(conversation, HEAD);
  }

  /** Tells of a marker that moved, or remembers it. */
  tellMarker(conversation: Conversation, frame: DownFrameInit): void {
    if (this.#state === 'live' && this.hasRoom) this.#outbound.send(frame);
    else this.#mark(conversation, MARKERS);
  }

  /** Tells that this user entered, left, or has another role: the whole state, which includes the head. */
  tellMembership(member: Member): void {
    if (this.#state === 'live' && this.hasRoom) {
      this.#dirty?.delete(member.conversation);
      this.#sendMembership(member);
    } else {
      this.#mark(member.conversation, MEMBERSHIP);
    }
  }

  /** What nobody misses: dropped unless there is room. */
  tellFleeting(frame: DownFrameInit): void {
    if (this.#state === 'live' && this.hasRoom) this.#outbound.send(frame);
  }

  /** [DL6] An answer that tells of something new: it waits behind a sync answer under way, which is older. */
  answer(frame: DownFrameInit): void {
    if (this.#held === null) this.#outbound.send(frame);
    else this.#held.push(frame);
  }

  /** From here on everything committed is remembered, so that nothing falls between the answer and the first push. */
  beginSync(): void {
    this.#state = 'syncing';
    this.#isOverrun = false;
    // What was dirty so far is part of the answer that is about to be built.
    this.#dirty = null;
    this.#held ??= [];
  }

  /** [DL5] The answer is queued: this connection has been told every head as of its cursor. */
  finishSync(): void {
    this.#releaseHeld();
    if (this.#isOverrun) {
      this.#demandResync();
      return;
    }
    this.#state = 'live';
    this.flush();
  }

  /** The answer could not be built. */
  abandonSync(): void {
    this.#releaseHeld();
    this.#state = 'cold';
    this.#dirty = null;
  }

  /** [DL2] Tells what is dirty as far as the budget goes; the rest when the socket took that. */
  flush(): void {
    if (this.#state !== 'live' || this.#dirty === null) return;
    for (const [conversation, what] of this.#dirty) {
      if (!this.hasRoom) return;
      this.#dirty.delete(conversation);
      this.#tell(conversation, what);
    }
    this.#dirty = null;
  }

  #mark(conversation: Conversation, what: number): void {
    if (this.#state === 'cold' || this.#isOverrun) return;
    this.#dirty ??= new Map();
    this.#dirty.set(conversation, (this.#dirty.get(conversation) ?? 0) | what);
    if (this.#dirty.size <= this.#deps.limits.dirtyConversationsMax) return;
    this.#dirty = null;
    if (this.#state === 'live') this.#demandResync();
    else this.#isOverrun = true;
  }

  /** [DL3] Too much to tell one by one: forget it, and have the device ask with its cursor. */
  #demandResync(): void {
    this.#state = 'cold';
    this.#isOverrun = false;
    this.#deps.counters.resyncs++;
    this.#outbound.send({ case: 'resync', value: {} });
  }

  #releaseHeld(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const frame of held) this.#outbound.send(frame);
  }

  #tell(conversation: Conversation, what: number): void {
    const member = conversation.members.get(this.owner.user);
    if (member === undefined) return;
    if ((what & MEMBERSHIP) !== 0) {
      this.#sendMembership(member);
      return;
    }
    if (member.role === null) return;
    if ((what & HEAD) !== 0) this.#sendHead(conversation);
    if ((what & MARKERS) !== 0) this.#sendMarkers(member);
  }

  #sendHead(conversation: Conversation): void {
    this.#deps.counters.hinted++;
    this.#outbound.send({
      case: 'head',
      value: {
        conversation: conversation.id,
        seq: conversation.head,
        timeMs: conversation.headTimeMs,
        ordinal: conversation.ordinal,
      },
    });
  }

  #sendMarkers(own: Member): void {
    const { conversation } = own;
    this.#outbound.send({ case: 'marker', value: toOwnMarker(own) });
    const { limits } = this.#deps;
    if (!showsMarkers(conversation, this.#deps)) return;
    for (const user of conversation.present) {
      const member = conversation.members.get(user);
      if (member === undefined || member === own) continue;
      this.#outbound.send({ case: 'marker', value: toMarker(member, limits) });
    }
  }

  #sendMembership(member: Member): void {
    const state = toConversationState(member, this.#deps);
    this.#outbound.send({
      case: 'membership',
      value: { state, users: peopleIn(state, this.#deps.world.users) },
    });
  }
}
