import type { Clock, Limits } from '@skein/model';
import type { Digests } from '../ports/digests.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { StoreUnavailableError } from '../ports/store.ts';
import { ExpiringRecords } from './expiring-records.ts';

const WINDOW_MS = 60_000;
/** Remembered pairs of account and address; beyond it the oldest is forgotten, so that trying names costs no memory. */
const PAIRS_MAX = 20_000;

export interface FailedSignInsDeps {
  readonly records: RecordStore;
  readonly digests: Digests;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'failedSignInsPerMinuteMax'>;
}

/**
 * [AC5] Slows guessing down: so many wrong passwords per minute for one account from one address. Per pair, because a
 * count per account alone would let anyone lock its owner out. Failures are stored, so that a restart gives nobody new tries.
 */
export class FailedSignIns {
  readonly #deps: FailedSignInsDeps;
  /** Of a pair: the tries of its window, and when that ends. */
  readonly #tries: ExpiringRecords;

  private constructor(deps: FailedSignInsDeps, tries: ExpiringRecords) {
    this.#deps = deps;
    this.#tries = tries;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(deps: FailedSignInsDeps): Promise<FailedSignIns> {
    const options = { space: 'failed-sign-ins', countMax: PAIRS_MAX };
    return new FailedSignIns(deps, await ExpiringRecords.load(deps.records, options, deps.clock.nowMs()));
  }

  /** Counts a try before its password is looked at, so that many at once count as many: 0, or the time to wait in ms. */
  begin(account: string, address: string): number {
    const { clock, limits } = this.#deps;
    const nowMs = clock.nowMs();
    const key = this.#keyOf(account, address);
    const tries = this.#tries.get(key, nowMs);
    // An end further away than a window was set by a clock that has gone back since.
    if (tries === undefined || tries.untilMs - nowMs > WINDOW_MS) {
      this.#tries.set(key, 1, nowMs + WINDOW_MS);
      return 0;
    }
    if (tries.value >= limits.failedSignInsPerMinuteMax) return tries.untilMs - nowMs;
    this.#tries.set(key, tries.value + 1, tries.untilMs);
    return 0;
  }

  /** Nobody could look at what was shown: it was no try. Whoever comes back as they were told is not locked out for it. */
  withdraw(account: string, address: string): void {
    const key = this.#keyOf(account, address);
    const tries = this.#tries.get(key, this.#deps.clock.nowMs());
    if (tries !== undefined && tries.value > 0) this.#tries.set(key, tries.value - 1, tries.untilMs);
  }

  /** The try failed: it counts after a restart too. Where the store cannot take it, it counts until then. */
  failed(account: string, address: string): Promise<void> {
    const nowMs = this.#deps.clock.nowMs();
    return this.#tries.store([this.#keyOf(account, address)], nowMs).catch(ignoreUnavailable);
  }

  /** The password was right: earlier mistakes are forgiven. */
  forgive(account: string, address: string): Promise<void> {
    const nowMs = this.#deps.clock.nowMs();
    return this.#tries.forget(this.#keyOf(account, address), nowMs).catch(ignoreUnavailable);
  }

  /** A name that somebody makes up may be long; its digest is not. */
  #keyOf(account: string, address: string): string {
    return this.#deps.digests.sha256Hex(`${account.toLowerCase()} ${address}`);
  }
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailableError)) throw error;
}
