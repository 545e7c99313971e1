import type { Clock, Timer } from '@skein/model';

/**
 * Things that must happen within one fixed time. All of them share one timer, which exists only while something waits:
 * ten thousand connections that say nothing cost ten thousand map entries, not ten thousand timers.
 */
export class Deadlines<T> {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #sweepMs: number;
  readonly #expire: (item: T) => void;
  // In order of insertion, which is the order of expiry since the delay is the same for all.
  readonly #dueAtMs = new Map<T, number>();
  #timer: Timer | null = null;

  /** `expire` is called once for an item that was not removed `delayMs` after it was added, give or take `sweepMs`. */
  constructor(clock: Clock, delayMs: number, sweepMs: number, expire: (item: T) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#sweepMs = sweepMs;
    this.#expire = expire;
  }

  get count(): number {
    return this.#dueAtMs.size;
  }

  /** An item that waits already keeps its deadline. */
  add(item: T): void {
    if (this.#dueAtMs.has(item)) return;
    this.#dueAtMs.set(item, this.#clock.monotonicMs() + this.#delayMs);
    this.#timer ??= this.#clock.setTimer(Math.min(this.#delayMs, this.#sweepMs), this.#sweep);
  }

  remove(item: T): void {
    this.#dueAtMs.delete(item);
  }

  /** Calls `expire` for everything that still waits. */
  expireAll(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const items = [...this.#dueAtMs.keys()];
    this.#dueAtMs.clear();
    for (const item of items) this.#expire(item);
  }

  readonly #sweep = (): void => {
    this.#timer = null;
    const nowMs = this.#clock.monotonicMs();
    for (const [item, dueAtMs] of this.#dueAtMs) {
      if (dueAtMs > nowMs) break;
      this.#dueAtMs.delete(item);
      this.#expire(item);
    }
    if (this.#dueAtMs.size > 0) this.#timer = this.#clock.setTimer(this.#sweepMs, this.#sweep);
  };
}
