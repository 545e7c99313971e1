const WINDOW_MS = 60_000;
/** Remembered pairs of account and address; beyond it the oldest is forgotten, so that trying names costs no memory. */
const PAIRS_MAX = 20_000;

interface Tries {
  readonly sinceMs: number;
  count: number;
}

/**
 * [AC5] Slows guessing down: so many wrong passwords per minute for one account from one address. Per pair, because a
 * count per account alone would let anyone lock its owner out.
 */
export class FailedSignIns {
  readonly #perMinuteMax: number;
  readonly #tries = new Map<string, Tries>();

  constructor(perMinuteMax: number) {
    this.#perMinuteMax = perMinuteMax;
  }

  /** Counts a try before its password is looked at, so that many at once count as many: 0, or the time to wait in ms. */
  begin(account: string, address: string, nowMs: number): number {
    const key = keyOf(account, address);
    const tries = this.#tries.get(key);
    if (tries === undefined || nowMs - tries.sinceMs >= WINDOW_MS) {
      this.#start(key, nowMs);
      return 0;
    }
    if (tries.count >= this.#perMinuteMax) return tries.sinceMs + WINDOW_MS - nowMs;
    tries.count++;
    return 0;
  }

  /** The password was right: earlier mistakes are forgiven. */
  forgive(account: string, address: string): void {
    this.#tries.delete(keyOf(account, address));
  }

  #start(key: string, nowMs: number): void {
    this.#tries.delete(key);
    this.#tries.set(key, { sinceMs: nowMs, count: 1 });
    if (this.#tries.size <= PAIRS_MAX) return;
    const [oldest] = this.#tries.keys();
    if (oldest !== undefined) this.#tries.delete(oldest);
  }
}

function keyOf(account: string, address: string): string {
  return `${account.toLowerCase()} ${address}`;
}
