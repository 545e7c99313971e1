import type { Random } from '@skein/model';

/**
 * How long to wait before the n-th attempt (from 1) after a connection was lost or could not be made; null: no more
 * attempts until a person asks for one. Rules RC1–RC3.
 */
export type ReconnectPolicy = (attempt: number, random: Random) => number | null;

/**
 * `jitter`: at once, then a random part of 0.5, 1, 2, 4 … 64 s, for ever. `doubling`: 0, 2, 4 … 64 s exactly, then stop.
 * `three-retries`: three times at once, then stop.
 * `capped`: min(2ⁿ, 300) s for ever. `fixed:<seconds>`: always the same.
 */
export type ReconnectProfile =
  | 'jitter'
  | 'doubling'
  | 'three-retries'
  | 'capped'
  | `fixed:${number}s`
  | ReconnectPolicy;

const CAP_MS = 64_000;
const CAPPED_MS = 300_000;

/** The policy behind a profile's name. */
export function reconnectPolicy(profile: ReconnectProfile): ReconnectPolicy {
  if (typeof profile === 'function') return profile;
  switch (profile) {
    case 'jitter':
      return jitter;
    case 'doubling':
      return doubling;
    case 'three-retries':
      return (attempt) => (attempt <= 3 ? 0 : null);
    case 'capped':
      return (attempt) => Math.min(1_000 * 2 ** (attempt - 1), CAPPED_MS);
    default:
      return fixed(profile);
  }
}

/**
 * [RC1] Full jitter: after a server's restart the attempts of ten thousand devices spread over the whole interval. The first
 * intervals are short, because a port that nobody listens on yet refuses for nothing, and most breaks are over in a second.
 */
function jitter(attempt: number, random: Random): number {
  return attempt === 1 ? 0 : random.fraction() * Math.min(500 * 2 ** (attempt - 2), CAP_MS);
}

/** [RC2] 0, 2, 4, 8, 16, 32, 64 s: seven attempts, 126 s in all. */
function doubling(attempt: number): number | null {
  if (attempt === 1) return 0;
  const delayMs = 2_000 * 2 ** (attempt - 2);
  return delayMs > CAP_MS ? null : delayMs;
}

function fixed(profile: `fixed:${number}s`): ReconnectPolicy {
  const delayMs = Number(profile.slice('fixed:'.length, -1)) * 1_000;
  return () => delayMs;
}
