import type { Clock, Limits } from '@skein/model';
import type { Poll, SyncResultInit } from '@skein/protocol';
import type { Exchange } from '../exchange.ts';
import { invalid, problemOfRefusal } from '../problem.ts';
import type { Codec } from '../rpc/procedures.ts';
import type { Outcome } from '../seat/seat.ts';
import type { Seats } from '../seat/seats.ts';
import { ChangesWriter } from './changes-writer.ts';
import { type Cursor, parseCursor, syncFrom } from './cursor.ts';
import type { Sink, WatchSeat } from './watch-seat.ts';

const MS_PER_S = 1_000;

export interface PollDeps {
  readonly seats: Seats<WatchSeat>;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** Answers what changed since a cursor, and waits for a change when there is none (rules HT10–HT12). */
export async function answerPoll(
  deps: PollDeps,
  exchange: Exchange,
  { ask, codec }: { readonly ask: Poll; readonly codec: Codec },
): Promise<void> {
  const { bearer } = exchange;
  if (bearer === null) {
    exchange.problem(problemOfRefusal({ code: 'auth.required' }));
    return;
  }
  const cursor = ask.cursor === '' ? null : parseCursor(ask.cursor);
  if (cursor === null && ask.cursor !== '') {
    exchange.problem(invalid('The cursor is not one of ours.'));
    return;
  }
  const limit = deps.limits.httpReadersPerDeviceMax;
  const { problem } = await deps.seats.use(bearer, exchange.peer, async (seat) => {
    // [HT26]
    if (seat.pollCount >= limit) return { problem: problemOfRefusal({ code: 'limit.rate', limit }) };
    const poll = new OnePoll(deps, seat, new ChangesWriter(exchange, codec));
    const onDrain = (): void => seat.drained();
    exchange.response.on('drain', onDrain);
    exchange.response.once('close', () => poll.cancel());
    seat.begin();
    try {
      return await poll.run(cursor, ask);
    } finally {
      seat.finish();
      exchange.response.off('drain', onDrain);
    }
  });
  if (problem !== undefined) exchange.problem(problem);
}

/**
 *   asking ──nothing──▶ waiting ──news, or time is up──▶ asking
 *      └──something, or no time left──▶ answered
 */
class OnePoll implements Sink {
  readonly #deps: PollDeps;
  readonly #seat: WatchSeat;
  readonly #writer: ChangesWriter;
  // An answer that came whole and may not be worth giving yet.
  #held: SyncResultInit | null = null;
  #isCancelled = false;
  #wake: () => void = () => undefined;

  constructor(deps: PollDeps, seat: WatchSeat, writer: ChangesWriter) {
    this.#deps = deps;
    this.#seat = seat;
    this.#writer = writer;
  }

  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  /** The client is gone. */
  cancel(): void {
    this.#isCancelled = true;
    this.#wake();
  }

  async run(cursor: Cursor | null, { wait, entries }: Poll): Promise<Outcome<true>> {
    const { clock, limits } = this.#deps;
    const untilMs = clock.monotonicMs() + Math.min(wait * MS_PER_S, limits.httpPollWaitMaxMs);
    for (let hasWaited = false; ; ) {
      const { newsCount } = this.#seat;
      this.#held = null;
      const outcome = await this.#seat.syncTo(syncFrom(cursor, entries), this);
      const held = this.#held as SyncResultInit | null;
      if (outcome.problem !== undefined || held === null || this.#isCancelled) return outcome;
      const leftMs = untilMs - clock.monotonicMs();
      const weight = weightOf(held);
      if (cursor === null || leftMs <= 0 || weight === 'entries' || (weight === 'markers' && hasWaited)) {
        this.#writer.write(held);
        return outcome;
      }
      hasWaited = weight === 'markers';
      await this.#news(newsCount, hasWaited ? Math.min(leftMs, limits.markerFlushMs) : leftMs);
    }
  }

  /** A part of the answer. One that is the whole of it is looked at before it is given. */
  take(part: SyncResultInit): void {
    if (part.more === true || this.#writer.isBegun) this.#writer.write(part);
    else this.#held = part;
  }

  #news(after: number, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      let forget = (): unknown => undefined;
      const done = (): void => {
        timer.cancel();
        forget();
        resolve();
      };
      const timer = this.#deps.clock.setTimer(waitMs, done);
      this.#wake = done;
      forget = this.#seat.newsAfter(after, done);
    });
  }
}

/**
 * Markers alone are no reason to hurry: they move with every message that somebody reads, and until they are stored each
 * answer names them again.
 */
function weightOf({ changed = [], reset = false }: SyncResultInit): 'nothing' | 'markers' | 'entries' {
  if (reset) return 'entries';
  if (changed.length === 0) return 'nothing';
  const isMore = changed.some(
    ({ entries = [], amendments = [], role = 0 }) => role === 0 || entries.length + amendments.length > 0,
  );
  return isMore ? 'entries' : 'markers';
}
