import { type ConversationId, seq } from '@skein/model';
import type { Refused } from '@skein/protocol';
import { type Lane, resumeLane } from './lane.ts';
import type { OutboxDeps } from './outbox-deps.ts';

const PAUSE_FIRST_MS = 1_000;
const PAUSE_MAX_MS = 30_000;
/** Further ahead than the server can be: makes it tell which counter it waits for. */
const COUNTER_LEAP = 1_000;

type RecoveryDeps = Pick<
  OutboxDeps,
  'clock' | 'random' | 'log' | 'writer' | 'counters' | 'addressOf' | 'compare' | 'together'
>;

/** What the recovery asks of the outbox. */
export interface LaneWork {
  readonly transmit: (lane: Lane) => void;
  readonly pump: () => void;
  /** Takes every counter of the lane back; the next pump gives new ones. */
  readonly takeCounters: (lane: Lane) => void;
}

/** What happens to a lane when the server does not take what was sent, although nothing is wrong with it. */
export class LaneRecovery {
  readonly #deps: RecoveryDeps;
  readonly #work: LaneWork;

  constructor(deps: RecoveryDeps, work: LaneWork) {
    this.#deps = deps;
    this.#work = work;
  }

  /** Not now: the counter is still free, and so are all after it. They go again, in order, when the time has come. */
  pause(lane: Lane, index: number, { retryAfterMs, counter }: Refused): void {
    // What was in flight behind a refused send is refused like it.
    if (index >= lane.sentCount) return;
    const backOffMs = Math.min(PAUSE_FIRST_MS * 2 ** lane.pauses, PAUSE_MAX_MS);
    const delayMs = Math.max(retryAfterMs, backOffMs * (0.5 + this.#deps.random.fraction() / 2));
    lane.pauses++;
    this.#follow(lane, counter, index);
    resumeLane(lane);
    lane.pause = this.#deps.clock.setTimer(delayMs, () => {
      lane.pause = null;
      this.#deps.together(() => this.#work.transmit(lane));
    });
  }

  /** [OB8] Out of turn: go back to the counter the server waits for; one that is not ours any more means it forgot. */
  needed(lane: Lane, { need, counter }: Refused): void {
    if (lane.pause !== null || (need === lane.need && counter <= lane.needEchoesTo)) return;
    const index = lane.rows.findIndex((row) => row.counter === need);
    if (index === -1) return this.rebase(lane, need);
    this.#follow(lane, need, index);
    this.#work.transmit(lane);
  }

  /**
   * [OB9] The server's count and ours differ: after a month of silence, or when either side was restored from a copy. Each
   * unanswered row is looked for in the log; what is not there gets a new counter. `need` is the server's next one; null
   * when it is unknown and the next answer will tell.
   */
  rebase(lane: Lane, need: number | null): void {
    const address = this.#deps.addressOf(lane.to);
    const given = lane.rows.filter(({ counter }) => counter > 0);
    if (address === null || lane.isRebasing || given.length === 0) return;
    lane.isRebasing = true;
    const { conversation } = address;
    const after = seq(Math.min(...given.map(({ afterSeq }) => afterSeq)));
    this.#deps.log('warn', 'counters differ from the server', { conversation, need });
    this.#deps.compare(conversation, after).then(
      () => this.#deps.together(() => this.#renumber(lane, conversation, need)),
      (error: unknown) => {
        // Without a connection nothing can be compared; the next one brings the same answer again.
        this.#deps.log('warn', 'comparing with the log failed', error);
        lane.isRebasing = false;
      },
    );
  }

  #follow(lane: Lane, need: number, index: number): void {
    lane.need = need;
    lane.needEchoesTo = lane.rows[lane.sentCount - 1]?.counter ?? need;
    lane.sentCount = Math.min(lane.sentCount, index);
  }

  #renumber(lane: Lane, conversation: ConversationId, need: number | null): void {
    const lastGiven = lane.rows.findLast(({ counter }) => counter > 0)?.counter ?? 0;
    const next = need ?? lastGiven + COUNTER_LEAP;
    this.#deps.writer.counter(this.#deps.counters.set(conversation, next - 1));
    this.#work.takeCounters(lane);
    lane.isRebasing = false;
    this.#work.pump();
  }
}
