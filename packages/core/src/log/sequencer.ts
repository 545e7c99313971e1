import { type Clock, type Limits, type Refusal, refuse, type UserNumber } from '@skein/model';
import { type Store, StoreFullError, StoreUnavailableError } from '../ports/store.ts';
import { announceBatch } from './announce-batch.ts';
import type { Batch, Submission } from './batch.ts';
import { BatchWriter } from './batch-writer.ts';
import { Checkpointer } from './checkpointer.ts';
import type { Member } from './conversation.ts';
import { decideCommand } from './decide-command.ts';
import type { LogCommand, LogResult } from './log-command.ts';
import type { LogCounters } from './log-counters.ts';
import type { LogEvents } from './log-events.ts';
import { LOG_RULES, type LogRules } from './log-rules.ts';
import type { RecentEntries } from './recent-entries.ts';
import type { World } from './world.ts';

export interface SequencerDeps {
  readonly world: World;
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly recent: RecentEntries;
  readonly events: LogEvents;
  readonly counters: LogCounters;
  /** [CV14] Whether whoever enters sees only what comes from then on; left out: all of the log. */
  readonly isHistoryFromJoining?: boolean;
  /** [CT4] Left out where nobody can be blocked. */
  readonly isBlockedBetween?: (a: UserNumber, b: UserNumber) => boolean;
  /** Left out outside of tests. */
  readonly rules?: LogRules;
}

/**
 * The one writer. Commands queue up while a commit is under way; then all that came form the next batch, are decided one after
 * the other and committed together, and only then does the state change and anybody hear of it (rules LG2–LG8).
 *
 *            submit           a turn later, or a       store.commit
 *   command ───────▶ queue ── moment after the last ──▶ batch ──────────▶ applied, announced, answered
 *                             commit is done              └── failed ───▶ answered with server.*, nothing applied
 */
export class Sequencer {
  readonly #deps: SequencerDeps;
  readonly #rules: LogRules;
  readonly #checkpointer: Checkpointer;
  #queue: Submission[] = [];
  // Taken from the queue's front: moved forward instead of shifting every command down.
  #queueStart = 0;
  #unsavedMarkers = new Set<Member>();
  #isMarkerTimerSet = false;
  #areMarkersDue = false;
  #isWorking = false;
  #isClosed = false;
  #idlers: (() => void)[] = [];

  constructor(deps: SequencerDeps) {
    this.#deps = deps;
    this.#rules = deps.rules ?? LOG_RULES;
    this.#checkpointer = new Checkpointer(deps);
  }

  /** Commands that wait for a batch. */
  get queuedCount(): number {
    return this.#queue.length - this.#queueStart;
  }

  /**
   * Queues a command. `done` is called once: at once when the queue is full, else when the batch is committed, after
   * everything that the command caused was announced. `origin` comes back in those announcements.
   */
  submit(command: LogCommand, origin: object | null, done: (result: LogResult) => void): void {
    if (this.#isClosed) done(refuse('server.shutting_down'));
    else if (this.queuedCount >= this.#deps.limits.queuedCommandsMax) done(refuse('server.overloaded'));
    else {
      this.#queue.push({ command, origin, done });
      this.#wake();
    }
  }

  /**
   * Says that a delivered marker moved in memory. It is stored within `markerFlushMs`, except in groups too large to show
   * markers: there the next sync would be all it serves.
   */
  markDirty(member: Member): void {
    const { conversation } = member;
    const { limits, clock } = this.#deps;
    if (this.#isClosed || conversation.present.length > limits.markerMembersMax) return;
    this.#unsavedMarkers.add(member);
    conversation.hasUnsavedMarkers = true;
    if (this.#isMarkerTimerSet) return;
    this.#isMarkerTimerSet = true;
    clock.setTimer(limits.markerFlushMs, () => {
      this.#isMarkerTimerSet = false;
      this.#areMarkersDue = true;
      this.#wake();
    });
  }

  /** Resolves when nothing is queued and no commit is under way. */
  idle(): Promise<void> {
    if (!this.#isWorking) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idlers.push(resolve);
    });
  }

  /**
   * Refuses whatever comes from now on, finishes what is queued, and stores markers and a checkpoint of everything. What
   * the store cannot take of these two is left: both are derived.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle();
    this.#areMarkersDue = true;
    this.#wake();
    await this.idle();
    await this.#checkpointer.writeAll();
  }

  #wake(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    // Everything that the current turn still brings joins the first batch.
    await Promise.resolve();
    while (this.#hasWork()) {
      const writer = this.#decideBatch();
      const { batch } = writer;
      if (batch.rowCount === 0) announceBatch(batch, writer.draft.position, this.#announcing());
      else if (!(await this.#commit(writer))) await this.#wait(this.#deps.limits.commitRetryPauseMs);
      if (this.#checkpointer.isDue) await this.#checkpointer.writeSlice();
      await this.#gather(batch);
    }
    this.#isWorking = false;
    const idlers = this.#idlers;
    this.#idlers = [];
    for (const resolve of idlers) resolve();
  }

  #hasWork(): boolean {
    return this.queuedCount > 0 || this.#areMarkersDue || this.#checkpointer.isDue;
  }

  #decideBatch(): BatchWriter {
    const { world, recent, clock, limits, isHistoryFromJoining = false } = this.#deps;
    const nowMs = clock.nowMs();
    const writer = new BatchWriter(world, recent, { nowMs, isHistoryFromJoining });
    const { isBlockedBetween } = this.#deps;
    const context = { writer, rules: this.#rules, limits, nowMs, isBlockedBetween };
    const { batch } = writer;
    while (this.#queueStart < this.#queue.length && batch.rowCount < limits.batchEntriesMax) {
      const submission = this.#queue[this.#queueStart++] as Submission;
      batch.answer(submission, decideCommand(submission.command, context));
    }
    if (this.#queueStart === this.#queue.length) {
      this.#queue = [];
      this.#queueStart = 0;
    }
    if (this.#areMarkersDue) this.#takeMarkers(writer);
    return writer;
  }

  async #commit(writer: BatchWriter): Promise<boolean> {
    const { store, counters } = this.#deps;
    const { batch } = writer;
    const { position } = writer.draft;
    const commit = batch.toCommit(position);
    try {
      await store.commit(commit);
    } catch (error) {
      counters.commitsFailed++;
      this.#returnMarkers(batch);
      const refusal = refusalFor(error);
      for (const { done } of batch.submissions) done(refusal);
      // Anything else is a bug of the store: what it did with the batch is unknown.
      if (!(error instanceof StoreUnavailableError)) throw error;
      return false;
    }
    counters.commits++;
    counters.stored += commit.entries.length;
    announceBatch(batch, position, this.#announcing());
    if (batch.markers.length > 0) this.#settleMarkers(batch);
    return true;
  }

  /** [LG14] Where many were answered at once, many are about to ask: a moment later they fill one batch, not several. */
  async #gather(answered: Batch): Promise<void> {
    const { batchEntriesMax, commitCompanyMin, commitGatherMs } = this.#deps.limits;
    const isInCompany = answered.submissions.length >= commitCompanyMin;
    if (isInCompany && this.queuedCount < batchEntriesMax && !this.#isClosed)
      await this.#wait(commitGatherMs);
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.clock.setTimer(delayMs, resolve);
    });
  }

  #announcing(): Parameters<typeof announceBatch>[2] {
    return { ...this.#deps, rules: this.#rules };
  }

  #takeMarkers(writer: BatchWriter): void {
    this.#areMarkersDue = false;
    for (const member of this.#unsavedMarkers) writer.addMarker(member);
    this.#unsavedMarkers = new Set();
  }

  #returnMarkers(batch: Batch): void {
    for (const { conversation, user } of batch.markers) {
      const member = this.#deps.world.conversation(conversation)?.members.get(user);
      if (member !== undefined) this.markDirty(member);
    }
  }

  /** What moved again while the commit was under way is unsaved still. */
  #settleMarkers(batch: Batch): void {
    for (const { conversation: id } of batch.markers) {
      const conversation = this.#deps.world.conversation(id);
      if (conversation !== undefined) conversation.hasUnsavedMarkers = false;
    }
    for (const { conversation } of this.#unsavedMarkers) conversation.hasUnsavedMarkers = true;
  }
}

function refusalFor(error: unknown): Refusal {
  return refuse(error instanceof StoreFullError ? 'server.storage_full' : 'server.storage_unavailable');
}
