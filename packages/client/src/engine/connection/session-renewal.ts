import type { Clock, Random, Timer } from '@skein/model';
import { isSkeinError } from '../../api/skein-error.ts';
import type { Credentials, StoredTokens } from './credentials.ts';
import type { Requests } from './requests.ts';

/** Longer waits are cut into pieces: the hosts' timers end at 24 days, and a wall clock may be set meanwhile. */
const LOOK_AGAIN_MS = 86_400_000;
/** Between two renewals, whatever a wrong clock says about their tokens. */
const PAUSE_MS = 300_000;
const RETRY_MS = 15_000;

export interface SessionRenewalDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly requests: Requests;
  readonly credentials: Credentials;
  readonly stored: () => StoredTokens | null;
}

/** [CL17] Exchanges the tokens on the live connection before they expire, so that expiry costs no reconnect. */
export class SessionRenewal {
  readonly #deps: SessionRenewalDeps;
  #timer: Timer | null = null;

  constructor(deps: SessionRenewalDeps) {
    this.#deps = deps;
  }

  connected(): void {
    this.#plan(0);
  }

  disconnected(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #plan(leastMs: number): void {
    const { clock, random, stored } = this.#deps;
    const tokens = stored();
    if (tokens === null) return;
    const leftMs = tokens.accessExpiresMs - clock.nowMs();
    // Devices that came back together after a restart do not renew together.
    const dueMs = Math.max(leastMs, leftMs * (0.75 + random.fraction() * 0.2));
    this.#wait(Math.min(dueMs, LOOK_AGAIN_MS), () => {
      if (dueMs > LOOK_AGAIN_MS) this.#plan(0);
      else void this.#renew(tokens.refresh);
    });
  }

  async #renew(refreshToken: string): Promise<void> {
    const { requests, credentials } = this.#deps;
    const ask = { case: 'refreshSession', value: { refreshToken } } as const;
    try {
      credentials.welcomed(await requests.askFor('tokens', ask));
      if (this.#timer !== null) this.#plan(PAUSE_MS);
    } catch (error) {
      // What is refused is left to the server, which ends the connection and says why.
      if (this.#timer !== null && isSkeinError(error) && error.retryable)
        this.#wait(RETRY_MS, () => this.#plan(0));
    }
  }

  #wait(delayMs: number, then: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.setTimer(delayMs, then);
  }
}
