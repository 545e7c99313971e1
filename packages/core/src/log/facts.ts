import type { ConversationId, ConversationKind, DeviceNumber, Role, Seq, UserNumber } from '@skein/model';
import type { Attributes, SentKeyRow } from '../ports/store.ts';
import type { ProducerOutcome } from './producer.ts';

/** What decisions look at: the committed state with what the same batch already decided laid over it. */

export interface MemberFacts {
  readonly user: UserNumber;
  readonly role: Role | null;
  readonly firstSeq: Seq;
  readonly leftSeq: Seq;
  readonly joinedSeq: Seq;
  readonly deliveredSeq: Seq;
  readonly readSeq: Seq;
  readonly readOrdinal: number;
  readonly readOwn: number;
}

export interface ConversationFacts {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly title: string;
  readonly isOpen: boolean;
  readonly attributes: Attributes;
  readonly head: Seq;
  readonly presentCount: number;
  /** Present or former. */
  member(user: UserNumber): MemberFacts | undefined;
  /** Those with a role. */
  presentUsers(): readonly UserNumber[];
}

export interface SendFacts extends ConversationFacts {
  /** The highest counter that this device has used up. */
  lastCounter(device: DeviceNumber): number;
  /** What became of a used counter; undefined when that is no longer remembered. */
  outcome(device: DeviceNumber, counter: number): ProducerOutcome | undefined;
  /** What a keyed send of this user became, as far as memory and this batch know. */
  sentKey(user: UserNumber, key: string): SentKeyRow | undefined;
  /** Whether `target` was recalled after `asOf`; undefined when that can no longer be told. */
  wasRecalledSince(target: Seq, asOf: Seq): boolean | undefined;
}

export interface PeopleFacts {
  isUser(user: UserNumber): boolean;
  /** In how many conversations the user is present. */
  presentCountOf(user: UserNumber): number;
}
