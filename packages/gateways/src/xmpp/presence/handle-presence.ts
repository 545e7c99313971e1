import { NS } from '../namespaces.ts';
import type { Address } from '../session/address.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';

/** RFC 6121 §3, §4: a `presence` stanza. */
export function handlePresence(
  session: XmppSession,
  stanza: Element,
  address: Address,
): Promise<void> | undefined {
  const { type } = stanza.attrs;
  if (address.at === 'occupant' || address.at === 'room')
    return session.rooms.handlePresence(stanza, address);
  if (address.at !== 'account') return undefined;
  if (type === 'unavailable') {
    session.presence.unavailable();
    return undefined;
  }
  if (type !== undefined) throw new StanzaError('bad-request');
  if (session.presence.available(stanza, priorityOf(stanza))) return session.direct.catchUp();
  return undefined;
}

/** RFC 6121 §4.7.2.3: a whole number from −128 to 127. */
export function priorityOf(stanza: Element): number {
  const text = textOf(childOf(stanza, 'priority', NS.client)).trim();
  if (text === '') return 0;
  if (!/^[+-]?\d{1,3}$/.test(text)) throw new StanzaError('bad-request');
  const priority = Number(text);
  if (priority < -128 || priority > 127) throw new StanzaError('bad-request');
  return priority;
}
