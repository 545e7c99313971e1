import type {
  ConversationId,
  ConversationKind,
  DeviceNumber,
  Position,
  Refusal,
  Role,
  Seq,
  UserNumber,
} from '@skein/model';

/**
 * One user in one conversation, in memory. Present while `role` is set; a former member keeps the row, so that sync can
 * report the removal.
 */
export interface Member {
  readonly conversation: Conversation;
  readonly user: UserNumber;
  role: Role | null;
  firstSeq: Seq;
  leftSeq: Seq;
  deliveredSeq: Seq;
  readSeq: Seq;
  readOrdinal: number;
  readOwn: number;
  /** Own countable entries in all; unread = (ordinal − readOrdinal) − (ownTotal − readOwn). */
  ownTotal: number;
  /** Position of the last change that concerns this user alone (role, markers). */
  position: Position;
}

/** What one installation has sent to one conversation: enough to answer every retry (rules SD1–SD5). */
export interface Producer {
  /** The highest counter used up, by an entry or a remembered refusal. */
  last: number;
  /** counter → outcome of the most recent `recentCountersMax` ones. */
  readonly recent: Map<number, ProducerOutcome>;
  lastUsedAtMs: number;
}

export type ProducerOutcome =
  | { readonly outcome: 'stored'; readonly seq: Seq; readonly ordinal: number; readonly timeMs: number; readonly hash: number }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** The committed state of one conversation. Only `applyBatch` writes it, and only after the commit (rule LG2). */
export interface Conversation {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly key: string;
  readonly createdAtMs: number;
  title: string;
  isOpen: boolean;
  head: Seq;
  ordinal: number;
  headTimeMs: number;
  /** Position of the last change that all members must hear of. */
  position: Position;
  /** Present and former. */
  readonly members: Map<UserNumber, Member>;
  /** The present ones, for fan-out without a filter. */
  present: UserNumber[];
  readonly producers: Map<DeviceNumber, Producer>;
}
