import type { ConversationId, DeviceNumber, Position, Seq, UserNumber } from './ids.ts';

/**
 * Everything that changes what members see. Numbers are the stored and wire form: never renumber, never reuse.
 */
export const ENTRY_KIND = {
  message: 1,
  edit: 2,
  recall: 3,
  reaction: 4,
  member: 5,
  settings: 6,
} as const;

export type EntryKind = keyof typeof ENTRY_KIND;
/** A kind as stored; may be one that this version does not know. */
export type EntryKindNumber = number;

/** One change in a conversation's log, at one seq, forever. */
export interface Entry {
  readonly conversation: ConversationId;
  readonly seq: Seq;
  /** Count of countable entries up to and including this one: unread is a difference of two of these. */
  readonly ordinal: number;
  readonly kind: EntryKindNumber;
  readonly sender: UserNumber;
  /** (device, conversation, counter) is the identity of a send. 0 and 0 for entries the server wrote itself. */
  readonly device: DeviceNumber;
  readonly counter: number;
  /** Server wall time; never smaller than the previous entry's in the same conversation. */
  readonly timeMs: number;
  /** The seq this entry changes (edit, recall, reaction), else 0. */
  readonly target: Seq;
  /** The schema's encoding of the kind's body; empty when the message was recalled. */
  readonly body: Uint8Array;
  /** Where the commit stands in the whole store. */
  readonly position: Position;
}

/** How far one member got in one conversation. Both only ever grow. */
export interface Marker {
  readonly user: UserNumber;
  readonly deliveredSeq: Seq;
  readonly readSeq: Seq;
}

/** Countable entries are what an unread badge counts: messages, of known or unknown content. */
export function isCountable(kind: EntryKindNumber): boolean {
  return kind === ENTRY_KIND.message;
}
