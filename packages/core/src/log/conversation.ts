import type {
  ConversationId,
  ConversationKind,
  DeviceNumber,
  Position,
  Role,
  Seq,
  UserNumber,
} from '@skein/model';
import type { Attributes } from '../ports/store.ts';
import type { Producer } from './producer.ts';

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
  joinedSeq: Seq;
  deliveredSeq: Seq;
  readSeq: Seq;
  readOrdinal: number;
  readOwn: number;
  /** Own countable entries in all; unread = (ordinal − readOrdinal) − (ownTotal − readOwn). */
  ownTotal: number;
  /** Position of the last change that concerns this user alone (role, markers). */
  position: Position;
}

/** The committed state of one conversation. Only `apply-entry.ts` and `apply-row.ts` write it, and only after the commit (rule LG2). */
export interface Conversation {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly key: string;
  readonly createdAtMs: number;
  title: string;
  isOpen: boolean;
  attributes: Attributes;
  head: Seq;
  ordinal: number;
  headTimeMs: number;
  /** Position of the last change that all members must hear of: an entry or, where they are shown, a moved marker. */
  position: Position;
  /** A delivered marker moved and is not stored yet, so `position` does not tell of it: sync reports the conversation. */
  hasUnsavedMarkers: boolean;
  /** Present and former. */
  readonly members: Map<UserNumber, Member>;
  /** The present ones, for fan-out without a filter. */
  present: UserNumber[];
  readonly producers: Map<DeviceNumber, Producer>;
}
