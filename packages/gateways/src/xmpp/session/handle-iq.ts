import { NS } from '../namespaces.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { type Element, elementsOf } from '../xml/element.ts';
import { joinXml, NO_XML, writeElement, type Xml, xml } from '../xml/write-xml.ts';
import type { Address } from './address.ts';
import type { XmppSession } from './xmpp-session.ts';

/** RFC 6120 §8.2.3: a request has exactly one answer, an answer has none. */
export async function handleIq(session: XmppSession, iq: Element, address: Address): Promise<void> {
  const { type, id } = iq.attrs;
  if (type === 'result' || type === 'error') {
    if (address.at === 'resource') relay(session, iq, address);
    else if (address.at === 'server') session.interests.answered(iq);
    return;
  }
  if (type !== 'get' && type !== 'set') throw new StanzaError('bad-request');
  // §8.2.3: 1. the id is required, 4. a request has one child.
  const children = elementsOf(iq);
  const [payload] = children;
  if (id === undefined || payload === undefined || children.length !== 1)
    throw new StanzaError('bad-request');
  if (address.at === 'resource' && relay(session, iq, address)) return;
  const answer = session.host.iqs.find(address.at, type, payload);
  // §8.4, RFC 6121 §8.5: what nobody here knows.
  if (answer === undefined) throw new StanzaError('service-unavailable');
  const result = await answer({ session, iq, payload, address });
  session.write(resultOf(iq, session.jid, result));
}

export function resultOf(iq: Element, to: string, result: Xml | null): Xml {
  const { id, to: from } = iq.attrs;
  const children = result === null || result === NO_XML ? [] : [result];
  return xml('iq', { type: 'result', id, from, to }, ...children);
}

/** RFC 6121 §8.5.3: to a connection of somebody who is there; false when it is not. */
function relay(session: XmppSession, iq: Element, { jid }: Extract<Address, { at: 'resource' }>): boolean {
  const target = session.host.sessionAt(jid);
  if (
    target === undefined ||
    session.host.contacts.isBlockedBetween(session.user.number, target.user.number)
  ) {
    if (iq.attrs['type'] === 'get' || iq.attrs['type'] === 'set')
      throw new StanzaError('service-unavailable');
    return false;
  }
  target.write(forwarded(iq, session.jid, target.jid));
  return true;
}

/** A stanza as its receiver gets it: stamped with who sent it (RFC 6120 §8.1.2.1). */
export function forwarded(stanza: Element, from: string, to: string): Xml {
  const { from: _from, to: _to, ...attrs } = stanza.attrs;
  const children = stanza.children.map((child) =>
    typeof child === 'string' ? NO_XML : writeElement(child, NS.client),
  );
  return xml(stanza.name, { ...attrs, from, to }, joinXml(children));
}
