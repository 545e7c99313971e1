import type { UserNumber } from '@skein/model';
import type { Delivery } from '../delivery/delivery.ts';
import type { Conversation, Member } from './conversation.ts';

export type MembershipChange = 'entered' | 'left' | 'role';

export interface Committed {
  readonly delivery: Delivery;
  readonly conversation: Conversation;
  /** Whatever `submit` was given: the connection that asked. */
  readonly origin: object | null;
  /** Told by `memberChanged`, whose state includes the entry; they get no push of it. */
  readonly entered: readonly UserNumber[];
  /** No longer among `conversation.present`; this entry is the last they are told of. */
  readonly left: readonly UserNumber[];
}

/**
 * What the log announces, after the commit. For each entry in turn: the state is applied, then `committed`, then
 * `memberChanged` of each member it concerns, then the answer of the command (rule LG4).
 */
export interface LogEvents {
  committed(event: Committed): void;
  memberChanged(member: Member, change: MembershipChange): void;
  /** A read marker moved and is stored. */
  readMoved(member: Member): void;
}
