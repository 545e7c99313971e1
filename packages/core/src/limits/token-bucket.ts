/** A sustained rate and how far above it a short burst may go. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** [RQ5] Lets `burst` commands through at once and `perSecond` of them in the long run. Two numbers, no timer. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #atMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** Takes one token: 0, or the time in ms after which there will be one. Nothing is taken in the second case. */
  take(nowMs: number): number {
    this.#refill(nowMs);
    if (this.#tokens >= 1) {
      this.#tokens--;
      return 0;
    }
    return Math.ceil(((1 - this.#tokens) * 1_000) / this.#rate.perSecond);
  }

  /** Nothing was taken lately, so forgetting this bucket changes nothing. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.#rate.burst;
  }

  #refill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsedMs * this.#rate.perSecond) / 1_000);
    this.#atMs = nowMs;
  }
}
