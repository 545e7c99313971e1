import type { CloseReason } from '@skein/protocol';
import type { StreamCondition } from './stream-error.ts';

/** How the end that the core decides on is said here, RFC 6120 §4.9.3. Null: nothing is wrong. */
export const STREAM_CONDITION_BY_END: Readonly<Record<CloseReason, StreamCondition | null>> = {
  serverRestart: 'system-shutdown',
  overloaded: 'resource-constraint',
  ackTimeout: 'connection-timeout',
  idle: 'connection-timeout',
  stalled: 'connection-timeout',
  internal: 'internal-server-error',
  signInTimeout: 'connection-timeout',
  rateLimited: 'policy-violation',
  tokenExpired: 'not-authorized',
  signedOut: null,
  revoked: 'not-authorized',
  badCredentials: 'not-authorized',
  upgradeRequired: 'unsupported-version',
  protocolViolation: 'policy-violation',
  outOfOrder: 'policy-violation',
  frameTooLarge: 'policy-violation',
  notAllowed: 'policy-violation',
  goodbye: null,
};
