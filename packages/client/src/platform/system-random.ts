import type { Random } from '@skein/model';

/** The host's own randomness. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
