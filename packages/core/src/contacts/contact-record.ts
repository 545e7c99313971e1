import type { UserNumber } from '@skein/model';
import { Reader, Writer } from '@skein/protocol';
import type { Link } from './step-subscription.ts';

/** Somebody in a user's list, or somebody who asked to be seen and was not answered. */
export interface Contact extends Link {
  readonly contact: UserNumber;
  /** What the user calls them; empty when nothing of their own. */
  readonly name: string;
  readonly groups: readonly string[];
  /** In the list; else only a question that waits. */
  readonly isListed: boolean;
}

const TO = 1;
const FROM = 2;
const PENDING_OUT = 4;
const PENDING_IN = 8;
const LISTED = 16;

const writer = new Writer();

/** Flags, the name, the groups. */
export function encodeContact(contact: Contact): Uint8Array {
  const { to, from, pendingOut, pendingIn, isListed, name, groups } = contact;
  writer.clear();
  writer.uint(
    (to ? TO : 0) |
      (from ? FROM : 0) |
      (pendingOut ? PENDING_OUT : 0) |
      (pendingIn ? PENDING_IN : 0) |
      (isListed ? LISTED : 0),
  );
  writer.string(name);
  writer.uint(groups.length);
  for (const group of groups) writer.string(group);
  return writer.finish();
}

/** Errors: throws ProtocolError for what was not written by the above. */
export function decodeContact(contact: UserNumber, value: Uint8Array): Contact {
  const reader = new Reader(value);
  const flags = reader.uint();
  const name = reader.string();
  const groups = Array.from({ length: reader.uint() }, () => reader.string());
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const link = { to: has(TO), from: has(FROM), pendingOut: has(PENDING_OUT), pendingIn: has(PENDING_IN) };
  return { contact, ...link, isListed: has(LISTED), name, groups };
}
