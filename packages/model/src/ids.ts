/**
 * The identities everyone shares. Numbers are dense and given out by the server; they are what the wire and the
 * tables carry. Strings are what people and other systems see.
 *
 * Every number here is a positive integer below 2^53, so a plain JavaScript number holds it exactly.
 */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A person's or bot's name in the system: 1–64 of `[A-Za-z0-9_-]`, not starting with a digit. */
export type UserId = Branded<string, 'UserId'>;
/** The same person as a small number, given at registration, never reused. */
export type UserNumber = Branded<number, 'UserNumber'>;
/** One conversation; given at creation, never reused while the store's epoch lasts. */
export type ConversationId = Branded<number, 'ConversationId'>;
/** One installation that sends: the producer half of a send's identity. */
export type DeviceNumber = Branded<number, 'DeviceNumber'>;
/** One authenticated life of a device; ends by sign-out, revocation or expiry. */
export type SessionId = Branded<string, 'SessionId'>;
/** Position in one conversation's log, from 1, without gaps; 0 means "before the first". */
export type Seq = Branded<number, 'Seq'>;
/** Position of a commit across the whole store; a cursor is one of these. 0 means "before the first". */
export type Position = Branded<number, 'Position'>;

const USER_ID = /^[A-Za-z_-][A-Za-z0-9_-]{0,63}$/;

/** Accepts a user id as people type it, or `null` when it breaks the rule above. */
export function parseUserId(text: string): UserId | null {
  return USER_ID.test(text) ? (text as UserId) : null;
}

/** Claims that a number is a position in a log; for trusted callers, not for input. */
export function seq(value: number): Seq {
  return value as Seq;
}

export function position(value: number): Position {
  return value as Position;
}

export function userNumber(value: number): UserNumber {
  return value as UserNumber;
}

export function conversationId(value: number): ConversationId {
  return value as ConversationId;
}

export function deviceNumber(value: number): DeviceNumber {
  return value as DeviceNumber;
}

export const SEQ_BEFORE_FIRST: Seq = seq(0);
export const POSITION_BEFORE_FIRST: Position = position(0);
