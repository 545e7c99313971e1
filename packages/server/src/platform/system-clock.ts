import type { Clock, Timer } from '@skein/model';

// setTimeout takes 31 bits; a longer wait would fire at once.
const DELAY_MS_MAX = 2_147_483_647;

/** The process's own time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs: number, fire: () => void): Timer {
    const timeout = setTimeout(fire, Math.min(Math.max(0, delayMs), DELAY_MS_MAX));
    return { cancel: () => clearTimeout(timeout) };
  },
};
