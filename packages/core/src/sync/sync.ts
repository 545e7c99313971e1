import {
  type Entry,
  type Limits,
  POSITION_BEFORE_FIRST,
  type Position,
  position,
  type Seq,
  seq,
  type UserNumber,
} from '@skein/model';
import type { ConversationStateInit, Sync as SyncFrame, SyncResultInit } from '@skein/protocol';
import type { Blocks } from '../contacts/is-silenced.ts';
import type { Conversation, Member } from '../log/conversation.ts';
import type { LogReader } from '../log/log-reader.ts';
import type { World } from '../log/world.ts';
import { lastVisibleTo, toConversationState } from './conversation-state.ts';
import { wireBytesOf } from './log-entry.ts';
import { type Hole, MissedEntries } from './missed-entries.ts';
import { scanMemberships } from './scan-memberships.ts';
import { SyncParts, stateBytesOf } from './sync-parts.ts';

export interface SyncDeps {
  readonly world: World;
  readonly reader: LogReader;
  readonly contacts: Blocks;
  readonly limits: Limits;
  readonly epoch: string;
}

/** Where the parts go. */
export interface SyncReceiver {
  readonly user: UserNumber;
  part(result: SyncResultInit): void;
  /** Resolves true when the next part may be built, false when nobody takes it any more. Sync when there is room. */
  room(): true | Promise<boolean>;
}

/** One changed conversation as it was when the scan saw it; its entries are read afterwards. */
interface Changed {
  readonly conversation: Conversation;
  readonly state: ConversationStateInit;
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
}

/** Answers "what changed since my cursor?" (rules SY1–SY9). */
export class SyncAnswers {
  readonly #deps: SyncDeps;

  constructor(deps: SyncDeps) {
    this.#deps = deps;
  }

  /**
   * Gives an answer in parts, each within a frame, the last one without `more`. Resolves false when the receiver went
   * away. Everything but entries is as of the call; when all entries are in memory and there is room, the whole answer is
   * given before this returns.
   *
   * Errors: throws StoreUnavailableError.
   */
  answer(ask: SyncFrame, to: SyncReceiver): Promise<boolean> {
    return new SyncAnswer(this.#deps, ask, to).run();
  }
}

class SyncAnswer {
  readonly #deps: SyncDeps;
  readonly #to: SyncReceiver;
  readonly #after: Position;
  readonly #isReset: boolean;
  readonly #windowConversations: number;
  readonly #entriesEachMax: number;
  readonly #parts: SyncParts;
  #entriesLeft: number;
  #isFirstPart = true;

  constructor(deps: SyncDeps, ask: SyncFrame, to: SyncReceiver) {
    const { world, limits } = deps;
    this.#deps = deps;
    this.#to = to;
    // [SY8] A cursor of another history, or of a future that was lost, says nothing here.
    const isOurs = ask.epoch === deps.epoch && ask.cursor <= world.position;
    this.#isReset = !isOurs && (ask.epoch !== '' || ask.cursor > 0);
    this.#after = isOurs ? position(ask.cursor) : POSITION_BEFORE_FIRST;
    this.#windowConversations = Math.min(ask.conversations, limits.syncWindowConversationsMax);
    this.#entriesEachMax = Math.min(ask.entriesEach, limits.syncEntriesPerConversationMax);
    this.#entriesLeft = limits.syncEntriesMax;
    this.#parts = new SyncParts(world.users, limits.partBytesMax);
  }

  async run(): Promise<boolean> {
    const { cursor, changed, digest, memberships } = scanMemberships(
      this.#deps.world,
      this.#to.user,
      this.#after,
    );
    const snapshots = changed.map((member, index) => this.#snapshot(member, index));
    for (const [index, snapshot] of snapshots.entries()) {
      const room = this.#roomFor(stateBytesOf(snapshot.state));
      if (room !== true && !(await room)) return false;
      this.#parts.addState(snapshot.state);
      const isToldHere = index < this.#windowConversations;
      if (!isToldHere) this.#markHole();
      else if (!(await this.#tellEntries(snapshot))) return false;
    }
    this.#send({ cursor, digestHigh: digest.high, digestLow: digest.low, memberships });
    return true;
  }

  #snapshot(member: Member, index: number): Changed {
    const { conversation, firstSeq } = member;
    const { limits, contacts } = this.#deps;
    const state = toConversationState(member, {
      limits,
      contacts,
      markersAfter: this.#after,
      isBrief: index >= this.#windowConversations,
    });
    return { conversation, state, firstSeq, lastSeq: lastVisibleTo(member) };
  }

  /** [SY3] The newest of what was missed, as far as the window goes. */
  async #tellEntries(changed: Changed): Promise<boolean> {
    const { conversation, firstSeq, lastSeq } = changed;
    const missed = new MissedEntries(this.#deps.reader, {
      conversation,
      firstSeq,
      lastSeq,
      after: this.#after,
      countMax: Math.min(this.#entriesEachMax, this.#entriesLeft),
    });
    while (missed.hasMore) {
      const read = missed.next();
      const entries = read instanceof Promise ? await read : read;
      this.#entriesLeft -= entries.length;
      for (const entry of entries.toReversed()) {
        const room = this.#roomToContinue(entry, changed);
        if (room !== true && !(await room)) return false;
        this.#parts.addEntry(entry, this.#to.user);
      }
    }
    return missed.isComplete || this.#tellAmendments(changed, await missed.hole());
  }

  /** [SY3] What a hole hides of messages before it, so that no edit or recall waits until somebody scrolls there. */
  async #tellAmendments(changed: Changed, hole: Hole | null): Promise<boolean> {
    if (hole === null || this.#after === POSITION_BEFORE_FIRST) return true;
    const { pageEntriesMax } = this.#deps.limits;
    const amendments = await this.#deps.reader.amendments({
      conversation: changed.conversation.id,
      fromSeq: hole.fromSeq,
      toSeq: hole.toSeq,
      targetFromSeq: changed.firstSeq,
      targetToSeq: seq(hole.fromSeq - 1),
      countMax: pageEntriesMax + 1,
    });
    for (const entry of amendments.slice(0, pageEntriesMax)) {
      const room = this.#roomToContinue(entry, changed);
      if (room !== true && !(await room)) return false;
      this.#parts.addAmendment(entry, this.#to.user);
    }
    if (amendments.length > pageEntriesMax) this.#parts.markMoreAmendments();
    return true;
  }

  /** Outside of the window nothing is read: the device asks when somebody opens the conversation. */
  #markHole(): void {
    if (this.#after > POSITION_BEFORE_FIRST) this.#parts.markMoreAmendments();
  }

  /** True when the part has room. Else it is sent, and the next one begins when somebody takes it. */
  #roomFor(bytes: number): true | Promise<boolean> {
    if (this.#parts.hasRoomFor(bytes)) return true;
    this.#send({ more: true });
    return this.#to.room();
  }

  #roomToContinue(entry: Entry, changed: Changed): true | Promise<boolean> {
    const room = this.#roomFor(wireBytesOf(entry));
    if (this.#parts.isEmpty) this.#parts.addState({ ...changed.state, markers: [] });
    return room;
  }

  #send(rest: SyncResultInit): void {
    const reset = this.#isFirstPart && this.#isReset;
    this.#isFirstPart = false;
    this.#to.part({ epoch: this.#deps.epoch, reset, ...this.#parts.take(), ...rest });
  }
}
