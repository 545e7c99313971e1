import type { ScramHash } from '@skein/core';

/** How somebody may sign in here, in the order of our preference. */
export interface Mechanism {
  readonly name: string;
  readonly kind: 'scram' | 'plain';
  readonly hash: ScramHash;
  readonly isBound: boolean;
}

const ALL: readonly Mechanism[] = [
  { name: 'SCRAM-SHA-256-PLUS', kind: 'scram', hash: 'sha-256', isBound: true },
  { name: 'SCRAM-SHA-256', kind: 'scram', hash: 'sha-256', isBound: false },
  { name: 'SCRAM-SHA-1-PLUS', kind: 'scram', hash: 'sha-1', isBound: true },
  { name: 'SCRAM-SHA-1', kind: 'scram', hash: 'sha-1', isBound: false },
  { name: 'PLAIN', kind: 'plain', hash: 'sha-256', isBound: false },
];

export interface Circumstances {
  readonly hasScram: boolean;
  /** Whether this end of the TLS connection can be named. */
  readonly hasBinding: boolean;
  /** Whether a password may be shown: inside TLS, or to a server on this machine that has none (XM12). */
  readonly isPlainAllowed: boolean;
}

/** [XM12] What is offered on a connection. */
export function mechanismsFor({ hasScram, hasBinding, isPlainAllowed }: Circumstances): readonly Mechanism[] {
  return ALL.filter(({ kind, isBound }) => {
    if (kind === 'plain') return isPlainAllowed;
    return hasScram && (hasBinding || !isBound);
  });
}
