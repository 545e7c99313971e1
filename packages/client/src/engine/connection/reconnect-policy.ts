import type { Random } from '@skein/model';

/**
 * How long to wait before the n-th attempt (from 1) after a connection was lost or could not be made; null: no more
 * attempts until a person asks for one. Rules RC1–RC3.
 */
export type ReconnectPolicy = (attempt: number, random: Random) => number | null;

const CAP_MS = 64_000;

/**
 * [RC1] Full jitter: after a server's restart the attempts of ten thousand devices spread over the whole interval. The first
 * intervals are short, because a port that nobody listens on yet refuses for nothing, and most breaks are over in a second.
 */
export function jitter(attempt: number, random: Random): number {
  return attempt === 1 ? 0 : random.fraction() * Math.min(500 * 2 ** (attempt - 2), CAP_MS);
}
