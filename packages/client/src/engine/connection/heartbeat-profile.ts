/** When one-byte heartbeats leave, and when a silent server is given up. */
export interface HeartbeatPolicy {
  readonly intervalMs: number;
  /** No byte for this long after a heartbeat: the connection is dead. */
  readonly replyTimeoutMs: number;
  /** True: only when nothing else was said for `intervalMs`. False: always, as some products do. */
  readonly isIdleOnly: boolean;
}

/** `idle:30s`, `fixed:180s`, `fixed:1s,miss:3` (dead when more than three in a row stay unanswered). */
export type HeartbeatProfile = `idle:${number}s` | `fixed:${number}s` | `fixed:${number}s,miss:${number}`;

/** Long enough for a slow radio to wake up, short enough that a person still waits. */
const REPLY_TIMEOUT_MS = 10_000;
/** The server's own default, below the time-outs of address translators; naming its table would ship all of it. */
const INTERVAL_MS = 30_000;

export const DEFAULT_HEARTBEAT: HeartbeatPolicy = {
  intervalMs: INTERVAL_MS,
  replyTimeoutMs: REPLY_TIMEOUT_MS,
  isIdleOnly: true,
};

const PROFILE = /^(idle|fixed):([\d.]+)s(?:,miss:(\d+))?$/;

/** The policy behind a profile's name; the default where the name is none. */
export function heartbeatPolicy(profile: HeartbeatProfile | undefined): HeartbeatPolicy {
  const [, kind, seconds, misses] = PROFILE.exec(profile ?? '') ?? [];
  if (kind === undefined) return DEFAULT_HEARTBEAT;
  const intervalMs = Number(seconds) * 1_000;
  const replyTimeoutMs = misses === undefined ? REPLY_TIMEOUT_MS : intervalMs * Number(misses);
  return { intervalMs, replyTimeoutMs, isIdleOnly: kind === 'idle' };
}
