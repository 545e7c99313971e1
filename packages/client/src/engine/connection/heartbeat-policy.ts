/** When one-byte heartbeats leave, and when a silent server is given up. */
export interface HeartbeatPolicy {
  readonly intervalMs: number;
  /** No byte for this long after a heartbeat: the connection is dead. */
  readonly replyTimeoutMs: number;
  /** True: only when nothing else was said for `intervalMs`. False: always, as some products do. */
  readonly isIdleOnly: boolean;
}

/** Long enough for a slow radio to wake up, short enough that a person still waits. */
export const REPLY_TIMEOUT_MS = 10_000;
/** The server's own default, below the time-outs of address translators; naming its table would ship all of it. */
const INTERVAL_MS = 30_000;

export const DEFAULT_HEARTBEAT: HeartbeatPolicy = {
  intervalMs: INTERVAL_MS,
  replyTimeoutMs: REPLY_TIMEOUT_MS,
  isIdleOnly: true,
};
