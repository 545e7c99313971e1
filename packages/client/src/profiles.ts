import {
  DEFAULT_HEARTBEAT,
  type HeartbeatPolicy,
  REPLY_TIMEOUT_MS,
} from './engine/connection/heartbeat-policy.ts';
import { jitter, type ReconnectPolicy } from './engine/connection/reconnect-policy.ts';

/** Schedules of other products, by name: an entry of its own, because most programs take the default of both. */

/**
 * `jitter`: at once, then a random part of 0.5, 1, 2, 4 … 64 s, for ever. `doubling`: 0, 2, 4 … 64 s exactly, then stop.
 * `three-retries`: three times at once, then stop.
 * `capped`: min(2ⁿ, 300) s for ever. `fixed:<seconds>`: always the same.
 */
export type ReconnectProfile = 'jitter' | 'doubling' | 'three-retries' | 'capped' | `fixed:${number}s`;

const CAP_MS = 64_000;
const CAPPED_MS = 300_000;

/** The policy behind a profile's name. */
export function reconnectPolicy(profile: ReconnectProfile): ReconnectPolicy {
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

/** `idle:30s`, `fixed:180s`, `fixed:1s,miss:3` (dead when more than three in a row stay unanswered). */
export type HeartbeatProfile = `idle:${number}s` | `fixed:${number}s` | `fixed:${number}s,miss:${number}`;

/** What some products are known to do, to compare with; not what to imitate. */
export const KNOWN_HEARTBEATS = {
  skein: 'idle:30s',
  whatsapp: 'fixed:285s,miss:5',
  line: 'fixed:420s',
  lineOnWifi: 'fixed:200s',
  googlePush: 'fixed:1680s',
  leancloud: 'fixed:180s,miss:2',
  mobileImSdkFast: 'fixed:3s',
  mobileImSdkSlow: 'fixed:120s',
} as const satisfies Readonly<Record<string, HeartbeatProfile>>;

const PROFILE = /^(idle|fixed):([\d.]+)s(?:,miss:(\d+))?$/;

/** The policy behind a profile's name; the default where the name is none. */
export function heartbeatPolicy(profile: HeartbeatProfile | undefined): HeartbeatPolicy {
  const [, kind, seconds, misses] = PROFILE.exec(profile ?? '') ?? [];
  if (kind === undefined) return DEFAULT_HEARTBEAT;
  const intervalMs = Number(seconds) * 1_000;
  const replyTimeoutMs = misses === undefined ? REPLY_TIMEOUT_MS : intervalMs * Number(misses);
  return { intervalMs, replyTimeoutMs, isIdleOnly: kind === 'idle' };
}
