import { type Clock, type ConversationId, ENTRY_KIND, type Seq, seq, type Timer } from '@skein/model';
import type { HistoryInit, HistoryPage } from '@skein/protocol';
import type { Origin } from '../../api/events.ts';
import { isSkeinError } from '../../api/skein-error.ts';
import type { Requests } from '../connection/requests.ts';
import type { Model } from '../model/model.ts';
import type { ConversationRow, EntryRow, SeqRange } from '../ports/cache-store.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { entryOfLog } from './entry-row.ts';
import type { LogIntake } from './log-intake.ts';
import { addRange, cutUpTo, missingIn, rangesOf } from './range-set.ts';

/** The server's largest page. */
const PAGE = 100;
/** A hole of more than this is not worth reading one page after the other: a sync answers it at once. */
const LIVE_HOLE_MAX = 300;
/** Questions at the same time: enough to hide a round trip, few enough to leave room for people. */
const CONCURRENCY = 4;
/** A server that cannot answer now, because its disk is full or it is busy, is asked again after this. */
const RETRY_MS = 2_000;

export interface HoleFillerDeps {
  readonly clock: Clock;
  readonly model: Model;
  readonly intake: LogIntake;
  readonly log: LogSink;
  readonly requests: Requests;
  /** Asks for a sync; see CatchUp. */
  readonly sync: (kind: 'resume' | 'cursor') => void;
  /** A live hole was closed: what is held without a gap moved on. */
  readonly closed: (conversation: ConversationId) => void;
}

/** Fetches entries that this device knows to exist and does not hold. Rules CU3, CU6, CU7. */
export class HoleFiller {
  readonly #deps: HoleFillerDeps;
  /** Conversations with a hole that opened on the live connection, and the first entry missing there. */
  readonly #live = new Map<ConversationId, Seq>();
  /** Own sends whose place is known and not how they stand there. */
  readonly #late = new Map<ConversationId, Seq[]>();
  readonly #amending = new Set<ConversationId>();
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #retries = new Set<Timer>();
  #activeCount = 0;
  #connection = 0;

  constructor(deps: HoleFillerDeps) {
    this.#deps = deps;
  }

  /** What has been delivered: everything before the first entry that is known to be missing. */
  deliveredUpTo(row: ConversationRow): Seq {
    const missing = this.#live.get(row.number);
    return missing === undefined ? row.head : seq(missing - 1);
  }

  get liveCount(): number {
    return this.#live.size;
  }

  /** [CU7] Entries from `from` to the head exist and were not pushed: they are pulled, and shown as a gap meanwhile. */
  noticed(conversation: ConversationId, from: Seq): void {
    const isKnown = this.#live.has(conversation);
    this.#live.set(conversation, seq(Math.min(from, this.#live.get(conversation) ?? from)));
    if (!isKnown) this.#enqueue(() => this.#close(conversation));
  }

  /** What was under way is answered by the next sync. */
  disconnected(): void {
    this.#connection++;
    this.#live.clear();
    this.#late.clear();
    this.#amending.clear();
    this.#waiting.length = 0;
    for (const retry of this.#retries) retry.cancel();
    this.#retries.clear();
  }

  /**
   * [CU6] An own send stands below the head, says an answer that comes late. How it stands there, whether it was edited or
   * recalled since, only a page can tell: what this device sent may have been erased.
   */
  answeredLate(conversation: ConversationId, at: Seq): void {
    const known = this.#late.get(conversation);
    if (known !== undefined) return void known.push(at);
    const late = [at];
    this.#late.set(conversation, late);
    this.#enqueue(async () => {
      this.#late.delete(conversation);
      const wanted = rangesOf(late.toSorted((a, b) => a - b));
      for (const range of wanted) await this.fetchAll(conversation, range);
    });
  }

  /** Asks for the amendments that a large sync left out. */
  amend(conversation: ConversationId): void {
    if (this.#amending.has(conversation)) return;
    this.#amending.add(conversation);
    const connection = this.#connection;
    this.#enqueue(async () => {
      try {
        await this.#amend(conversation);
      } finally {
        if (connection === this.#connection) this.#amending.delete(conversation);
      }
    });
  }

  /**
   * One page of entries within the range, and what changes them.
   *
   * Errors: rejects with a SkeinError when the server cannot be asked or refuses.
   */
  async fetch(
    { conversation, from, to }: { readonly conversation: ConversationId } & SeqRange,
    { origin = null, limit = PAGE }: { readonly origin?: Origin | null; readonly limit?: number } = {},
  ): Promise<readonly EntryRow[]> {
    const page = await this.#history({ conversation, from, to, limit, newest: true });
    return this.take(conversation, page, origin);
  }

  /** Every entry of the range, page after page; stops when a page brings nothing. */
  async fetchAll(conversation: ConversationId, range: SeqRange): Promise<void> {
    for (;;) {
      const hole = missingIn(this.#deps.model.conversation(conversation)?.held ?? [], range).at(-1);
      if (hole === undefined || (await this.fetch({ conversation, ...hole })).length === 0) return;
    }
  }

  /** Takes in a page that was asked for, here or by another window. */
  take(conversation: ConversationId, page: HistoryPage, origin: Origin | null): readonly EntryRow[] {
    const entries = page.entries.map((entry) => entryOfLog(conversation, entry));
    this.#deps.model.together(() => this.#take(conversation, page, entries, origin));
    return entries;
  }

  #take(
    conversation: ConversationId,
    page: HistoryPage,
    entries: readonly EntryRow[],
    origin: Origin | null,
  ): void {
    const row = this.#deps.model.conversation(conversation);
    if (row === undefined) return;
    for (const user of page.users) this.#deps.model.putUser(user);
    const amendments = page.amendments.map((entry) => entryOfLog(conversation, entry));
    const taken = this.#deps.intake.take(row, entries, { origin, amendments });
    // A page may be so full that none of what changes it found room: then all of that is still to come.
    const last = amendments.at(-1)?.seq ?? entries.at(-1)?.seq;
    if (!page.more || last === undefined) return this.#deps.model.put(taken);
    // More than one answer holds changes this page: the rest is asked for like what a sync left out.
    const rest: SeqRange = { from: seq(last + 1), to: taken.head };
    this.#deps.model.put({ ...taken, unamended: addRange(taken.unamended, rest) });
    this.amend(conversation);
  }

  async #close(conversation: ConversationId): Promise<void> {
    const connection = this.#connection;
    for (;;) {
      const row = this.#deps.model.conversation(conversation);
      const from = this.#live.get(conversation);
      if (row === undefined || from === undefined) return;
      const hole = missingIn(row.held, { from, to: row.head }).at(-1);
      if (hole === undefined) break;
      if (hole.to - hole.from >= LIVE_HOLE_MAX) {
        this.#live.delete(conversation);
        return this.#deps.sync('resume');
      }
      const entries = await this.fetch({ conversation, ...hole }, { origin: 'live' });
      if (connection !== this.#connection) return;
      if (entries.length === 0) {
        this.#deps.log('error', 'the server does not have what it told of', { conversation, ...hole });
        break;
      }
      // Titles and members follow from entries only when these come in order; otherwise the server says how it stands.
      if (entries.some(isAboutState)) this.#deps.sync('cursor');
    }
    this.#live.delete(conversation);
    this.#deps.model.together(() => this.#deps.closed(conversation));
  }

  /** [CU6] From the oldest on, until the server has no more; what is done is remembered, so a break costs nothing. */
  async #amend(conversation: ConversationId): Promise<void> {
    for (;;) {
      const row = this.#deps.model.conversation(conversation);
      if (row === undefined || row.unamended.length === 0) return;
      const hole = firstUnamended(row);
      // Everything in question came to be held meanwhile.
      if (hole === undefined) return this.#deps.model.put({ ...row, unamended: [] });
      const page = await this.#history({ conversation, ...hole, limit: PAGE, amendmentsOnly: true });
      const amendments = page.entries.map((entry) => entryOfLog(conversation, entry));
      const last = amendments.at(-1)?.seq;
      const isMore = page.more && last !== undefined && last < hole.to;
      this.#deps.model.together(() => {
        const now = this.#deps.model.conversation(conversation);
        if (now === undefined) return;
        for (const user of page.users) this.#deps.model.putUser(user);
        const taken = this.#deps.intake.take(now, [], { origin: 'catch-up', amendments });
        // What came to be held within the hole meanwhile was not asked about: then once more.
        const isAnswered = isSameRange(firstUnamended(now), hole);
        const unamended = isAnswered ? cutUpTo(now.unamended, isMore ? last : hole.to) : now.unamended;
        this.#deps.model.put({ ...taken, unamended });
      });
    }
  }

  #history(value: HistoryInit): Promise<HistoryPage> {
    return this.#deps.requests.askFor('history', { case: 'history', value });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#waiting.push(work);
    if (this.#activeCount < CONCURRENCY) void this.#run();
  }

  async #run(): Promise<void> {
    this.#activeCount++;
    for (let work = this.#waiting.shift(); work !== undefined; work = this.#waiting.shift()) {
      try {
        await work();
      } catch (error) {
        this.#deps.log('debug', 'a hole was not filled', error);
        if (isSkeinError(error) && error.retryable) this.#later(work);
      }
    }
    this.#activeCount--;
  }

  /** On this connection; after the next one a sync covers it. */
  #later(work: () => Promise<void>): void {
    const connection = this.#connection;
    const retry = this.#deps.clock.setTimer(RETRY_MS, () => {
      this.#retries.delete(retry);
      if (connection === this.#connection) this.#enqueue(work);
    });
    this.#retries.add(retry);
  }
}

/** The first of what is not held and may change what is: nothing in it is held, so all that it may change stands before it. */
function firstUnamended({ held, unamended }: ConversationRow): SeqRange | undefined {
  for (const range of unamended) {
    const [hole] = missingIn(held, range);
    if (hole !== undefined) return hole;
  }
  return undefined;
}

function isSameRange(a: SeqRange | undefined, b: SeqRange): boolean {
  return a?.from === b.from && a.to === b.to;
}

function isAboutState({ kind }: EntryRow): boolean {
  return kind === ENTRY_KIND.member || kind === ENTRY_KIND.settings;
}
