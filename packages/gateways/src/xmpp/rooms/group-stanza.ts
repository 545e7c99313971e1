import type { Delivery } from '@skein/core';
import type { WrittenEntry } from '../messages/write-entry.ts';
import { escapeAttribute, joinXml, type Xml } from '../xml/write-xml.ts';

/** The part of a groupchat message that is the same for everybody, by the delivery it came with. */
const SHARED = new WeakMap<Delivery, string>();

/** [XM52] A groupchat message: everything but whom it is for is written once for all of a room. */
export function groupStanza(
  { to, from, live }: { to: string; from: string; live: Delivery | null },
  write: () => WrittenEntry | null,
): Xml | null {
  const shared = live === null ? undefined : SHARED.get(live);
  const tail = shared ?? tailOf(from, write());
  if (tail === null) return null;
  if (live !== null && shared === undefined) SHARED.set(live, tail);
  return `<message to='${escapeAttribute(to)}'${tail}` as Xml;
}

function tailOf(from: string, written: WrittenEntry | null): string | null {
  if (written === null) return null;
  const id = escapeAttribute(written.id);
  return ` type='groupchat' from='${escapeAttribute(from)}' id='${id}'>${joinXml(written.payload)}</message>`;
}
