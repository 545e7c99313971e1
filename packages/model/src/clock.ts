/** A pending timer; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as the pure packages see it. The process gives the real one, the simulator a virtual one.
 */
export interface Clock {
  /** Wall time in whole ms since 1970; may jump in either direction. For stamps, never for waiting. */
  nowMs(): number;
  /** Milliseconds that only grow; its zero means nothing. For waiting and measuring. */
  monotonicMs(): number;
  /** Calls `fire` once, `delayMs` from now or later. */
  setTimer(delayMs: number, fire: () => void): Timer;
}

/** Randomness as the pure packages see it: cryptographic in the process, seeded in the simulator. */
export interface Random {
  /** A number in [0, 1); for jitter, never for secrets. */
  fraction(): number;
  /** `count` unpredictable bytes; for identifiers and secrets. */
  bytes(count: number): Uint8Array;
}
