import { type Contact, subscriptionOf } from '@skein/core';
import type { UserNumber } from '@skein/model';
import type { XmppHost } from '../host.ts';
import { parseJid } from '../jid.ts';
import { NS } from '../namespaces.ts';
import { presence } from '../presence/own-presence.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childrenOf, type Element, textOf } from '../xml/element.ts';
import { NO_XML, type Xml, xml, xmlText } from '../xml/write-xml.ts';
import type { Extension, IqCall } from './extension.ts';

const NAME_CHARACTERS_MAX = 256;
const GROUPS_MAX = 20;

/** RFC 6121 §2: the list of contacts, with versions (§2.6). */
export const ROSTER: Extension = {
  iqs: [
    { at: ['account', 'server'], type: 'get', ns: NS.roster, name: 'query', answer: get },
    { at: ['account', 'server'], type: 'set', ns: NS.roster, name: 'query', answer: set },
  ],
};

function get({ session, payload }: IqCall): Xml | null {
  const { host, user } = session;
  session.isInterested = true;
  const ver = host.rosterVersion(user.number);
  // §2.6.2: the client has this version already.
  if (payload.attrs['ver'] === ver) return null;
  const items = host.contacts.listOf(user.number).map((contact) => itemOf(host, contact));
  return xml('query', { xmlns: NS.roster, ver }, ...items);
}

/** §2.3–2.5: one item is added, changed or removed. */
async function set({ session, payload }: IqCall): Promise<Xml | null> {
  const { host, user } = session;
  const items = childrenOf(payload, 'item', NS.roster);
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new StanzaError('bad-request');
  const contact = contactOf(host, item);
  if (contact === user.number) throw new StanzaError('not-allowed');
  if (item.attrs['subscription'] === 'remove') {
    if (!host.contacts.linkOf(user.number, contact).isListed) throw new StanzaError('item-not-found');
    await remove(host, user.number, contact);
    return null;
  }
  const groups = childrenOf(item, 'group', NS.roster).map(textOf);
  const { name = '' } = item.attrs;
  // §2.3.3: what an item can't be.
  if (new Set(groups).size < groups.length) throw new StanzaError('bad-request');
  const isLong = [name, ...groups].some((text) => text.length > NAME_CHARACTERS_MAX);
  if (groups.includes('') || isLong || groups.length > GROUPS_MAX) throw new StanzaError('not-acceptable');
  const refusal = await host.contacts.put(user.number, { contact, name, groups });
  if (refusal !== null) throw new StanzaError('not-allowed', `at most ${refusal.limit} contacts`);
  return null;
}

/** §2.5.2: the other one is told, and neither sees the other. */
async function remove(host: XmppHost, user: UserNumber, contact: UserNumber): Promise<void> {
  const told = await host.contacts.remove(user, contact);
  const [from, to] = [host.jidOfNumber(user), host.jidOfNumber(contact)];
  if (from === null || to === null) return;
  const [mine, theirs] = [host.sessionsOf(user), host.sessionsOf(contact)];
  for (const type of told) for (const one of theirs) one.write(presence({ from, to, type }, NO_XML));
  for (const own of mine) {
    for (const one of theirs) {
      if (told.includes('unsubscribed') && one.presence.isAvailable) own.presence.tellGone(one);
      if (told.includes('unsubscribe') && own.presence.isAvailable) one.presence.tellGone(own);
    }
  }
}

/** Contacts are people of this server: others can't be reached from here. */
function contactOf(host: XmppHost, item: Element): UserNumber {
  const jid = parseJid(item.attrs['jid'] ?? '');
  if (jid === null) throw new StanzaError('bad-request');
  const user = jid.domain === host.domain ? host.deps.core.users.byId(jid.local) : undefined;
  if (user === undefined) throw new StanzaError('item-not-found');
  return user.number;
}

function itemOf(host: XmppHost, contact: Contact): Xml {
  const jid = host.jidOfNumber(contact.contact) ?? undefined;
  if (!contact.isListed) return xml('item', { jid, subscription: 'remove' });
  const groups = contact.groups.map((group) => xml('group', {}, xmlText(group)));
  const name = contact.name === '' ? undefined : contact.name;
  const ask = contact.pendingOut ? 'subscribe' : undefined;
  return xml('item', { jid, name, subscription: subscriptionOf(contact), ask }, ...groups);
}

/** §2.1.6: a change is pushed to every connection that asked for the list. */
export function pushRoster(host: XmppHost, user: number, contact: Contact): void {
  // Who may be seen from now on is looked at from now on.
  for (const session of host.sessionsOf(user)) if (contact.to) session.elsewhere.watch([contact.contact]);
  const ver = host.nextRosterVersion(user);
  const query = xml('query', { xmlns: NS.roster, ver }, itemOf(host, contact));
  for (const session of host.sessionsOf(user)) {
    if (!session.isInterested) continue;
    session.write(xml('iq', { type: 'set', id: host.newId(), to: session.jid }, query));
  }
}
