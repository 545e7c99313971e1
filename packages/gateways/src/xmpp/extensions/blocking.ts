import type { XmppHost } from '../host.ts';
import { parseJid } from '../jid.ts';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childrenOf, type Element } from '../xml/element.ts';
import { type Xml, xml } from '../xml/write-xml.ts';
import type { Extension, IqCall } from './extension.ts';

/** XEP-0191: people who do not reach one. Only people of this server are blocked, there being no others. */
export const BLOCKING: Extension = {
  features: { server: [NS.privacy], account: [NS.privacy] },
  iqs: [
    { at: ['account', 'server'], type: 'get', ns: NS.privacy, name: 'blocklist', answer: list },
    { at: ['account', 'server'], type: 'set', ns: NS.privacy, name: 'block', answer: block },
    { at: ['account', 'server'], type: 'set', ns: NS.privacy, name: 'unblock', answer: unblock },
  ],
};

function list({ session }: IqCall): Xml {
  const { host, user } = session;
  session.wantsBlocklist = true;
  return xml('blocklist', { xmlns: NS.privacy }, ...itemsOf(host, host.contacts.blockedBy(user.number)));
}

async function block({ session, payload }: IqCall): Promise<null> {
  const { host, user } = session;
  const people = peopleIn(host, payload);
  // §3.3: an empty list means nothing.
  if (people.length === 0) throw new StanzaError('bad-request');
  if (people.includes(user.number)) throw new StanzaError('not-allowed');
  const refusal = await host.contacts.block(user.number, people);
  if (refusal !== null) throw new StanzaError('not-allowed', `at most ${refusal.limit} people`);
  // §3.3.6: to them the user is gone.
  eachSeeing(session, people, (own, other) => own.presence.tellGone(other));
  push(session, xml('block', { xmlns: NS.privacy }, ...itemsOf(host, people)));
  return null;
}

async function unblock({ session, payload }: IqCall): Promise<null> {
  const { host, user } = session;
  const named = peopleIn(host, payload);
  const people = named.length > 0 ? named : host.contacts.blockedBy(user.number);
  await host.contacts.unblock(user.number, people);
  eachSeeing(session, people, (own, other) => own.presence.tell(other));
  push(session, xml('unblock', { xmlns: NS.privacy }, ...itemsOf(host, named)));
  return null;
}

/** What a blocked pair's stanza is answered with: §3.5 to who blocks, and nothing to learn for who is blocked. */
export function judgeBlocked(
  { host, user }: XmppSession,
  other: Parameters<typeof host.contacts.hasBlocked>[1],
): void {
  if (host.contacts.hasBlocked(user.number, other)) {
    throw new StanzaError('not-acceptable', '', { more: xml('blocked', { xmlns: NS.blockingErrors }) });
  }
  if (host.contacts.hasBlocked(other, user.number)) throw new StanzaError('service-unavailable');
}

function eachSeeing(
  { host, user }: XmppSession,
  people: readonly Parameters<typeof host.contacts.hasBlocked>[1][],
  tell: (own: XmppSession, other: XmppSession) => void,
): void {
  for (const number of people.filter((person) => host.contacts.linkOf(user.number, person).from)) {
    for (const other of host.sessionsOf(number).filter(({ presence }) => presence.isAvailable)) {
      for (const own of host.sessionsOf(user.number)) tell(own, other);
    }
  }
}

function peopleIn(host: XmppHost, payload: Element) {
  return childrenOf(payload, 'item', NS.privacy).map(({ attrs }) => {
    const jid = parseJid(attrs['jid'] ?? '');
    if (jid === null) throw new StanzaError('jid-malformed');
    const user = jid.domain === host.domain ? host.deps.core.users.byId(jid.local) : undefined;
    if (user === undefined) throw new StanzaError('item-not-found');
    return user.number;
  });
}

function itemsOf(host: XmppHost, people: readonly number[]): Xml[] {
  return people.map((number) => xml('item', { jid: host.jidOfNumber(number) ?? undefined }));
}

/** §3.3.8: the user's other connections show it too. */
function push({ host, user }: XmppSession, change: Xml): void {
  for (const session of host.sessionsOf(user.number)) {
    if (session.wantsBlocklist)
      session.write(xml('iq', { type: 'set', id: host.newId(), to: session.jid }, change));
  }
}
