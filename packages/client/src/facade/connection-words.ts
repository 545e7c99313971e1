import type { Connection } from '../api/connection.ts';
import { errorFromCode, isErrorCode, type SkeinError } from '../api/skein-error.ts';
import { meaningOf } from '../engine/connection/close-meaning.ts';
import type { ConnectionState } from '../engine/connection/connection-machine.ts';

export interface ConnectionFacts {
  readonly nowMs: number;
  readonly rttMs: number | null;
  readonly transport: string;
}

/** The machine's state in words for people. */
export function toConnection(
  { phase, failures }: ConnectionState,
  { nowMs, rttMs, transport }: ConnectionFacts,
): Connection {
  switch (phase.name) {
    case 'online':
      return { state: 'online', since: new Date(nowMs), rttMs, transport };
    case 'catching-up':
      return { state: 'catching-up', attempt: failures };
    case 'idle':
    case 'connecting':
    case 'greeting':
      return { state: 'connecting', attempt: failures };
    case 'waiting':
      return {
        state: 'offline',
        reason: phase.cause,
        retryAt: phase.delayMs === null ? null : new Date(nowMs + phase.delayMs),
        attempt: failures,
      };
    case 'paused':
    case 'closed':
      return { state: 'offline', reason: phase.name, retryAt: null, attempt: failures };
    case 'blocked':
      return { state: 'blocked', error: blockedError(phase.code, phase.reason) };
  }
}

/** The server's reason where it is one of the known words, else what the close code means. */
export function blockedError(code: number, reason: string): SkeinError {
  return errorFromCode(isErrorCode(reason) ? reason : meaningOf(code));
}
