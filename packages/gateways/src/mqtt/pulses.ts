import type { Clock } from '@skein/model';

/** Something that is looked at every now and then. */
export interface Pulsing {
  /** Answers when it is to be looked at again at the latest, in monotonic time; `Infinity` for whenever. */
  pulse(nowMs: number): number;
}

// However many end at once, or one after the other, all are looked at ten times a second at most.
const PAUSE_MS_MIN = 100;

/**
 * One timer over all connections, while there are any. It fires once an interval, and earlier where somebody's silence
 * would become too long before that: who is gone is known when it is, not at the next look.
 */
export class Pulses {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #all = new Set<Pulsing>();
  #timer: { cancel(): void } | null = null;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  add(one: Pulsing): void {
    this.#all.add(one);
    this.#timer ??= this.#clock.setTimer(this.#intervalMs, () => this.#pulse());
  }

  remove(one: Pulsing): void {
    this.#all.delete(one);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #pulse(): void {
    this.#timer = null;
    const nowMs = this.#clock.monotonicMs();
    let nextMs = nowMs + this.#intervalMs;
    for (const one of this.#all) nextMs = Math.min(nextMs, one.pulse(nowMs));
    if (this.#all.size === 0) return;
    const pauseMs = Math.max(Math.min(PAUSE_MS_MIN, this.#intervalMs), nextMs - nowMs);
    this.#timer = this.#clock.setTimer(pauseMs, () => this.#pulse());
  }
}
