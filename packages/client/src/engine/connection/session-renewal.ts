import type { Clock, Random, Timer } from '@skein/model';
import type { LogSink } from '../ports/log-sink.ts';
import type { Credentials, StoredTokens } from './credentials.ts';
import type { Requests } from './requests.ts';

/** The hosts' timers end at 24 days. */
const LONGEST_MS = 86_400_000;
/** Between two renewals, whatever a wrong clock says about their tokens. */
const PAUSE_MS = 300_000;

export interface SessionRenewalDeps {
  readonly clock: Clock;
  readonly log: LogSink;
  readonly random: Random;
  readonly requests: Requests;
  readonly credentials: Credentials;
  readonly stored: () => StoredTokens | null;
}

/** Told of the connection, on which it renews the session. */
export interface Renewal {
  connected(): void;
  disconnected(): void;
}

/** [CL17] Exchanges the tokens on the live connection before they expire, so that expiry costs no reconnect. */
export class SessionRenewal implements Renewal {
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
    // Devices that came back together after a restart do not renew together.
    const dueMs = (tokens.accessExpiresMs - clock.nowMs()) * (0.75 + random.fraction() * 0.2);
    const delayMs = Math.min(Math.max(leastMs, dueMs), LONGEST_MS);
    this.#timer = clock.setTimer(delayMs, () => void this.#renew(tokens.refresh));
  }

  async #renew(refreshToken: string): Promise<void> {
    const { requests, credentials, log } = this.#deps;
    const timer = this.#timer;
    const ask = { case: 'refreshSession', value: { refreshToken } } as const;
    try {
      credentials.welcomed(await requests.askFor('tokens', ask));
    } catch (error) {
      // What is refused for good is left to the server, which ends the connection and says why.
      log('debug', 'session not renewed', error);
    }
    if (this.#timer === timer) this.#plan(PAUSE_MS);
  }
}
