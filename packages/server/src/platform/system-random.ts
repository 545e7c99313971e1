import { randomBytes } from 'node:crypto';
import type { Random } from '@skein/model';

/** Unpredictable bytes from the operating system; jitter from the engine's generator. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
