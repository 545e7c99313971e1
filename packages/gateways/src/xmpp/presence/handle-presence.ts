import type { SubscriptionAction } from '@skein/core';
import type { UserNumber } from '@skein/model';
import { NS } from '../namespaces.ts';
import type { Address } from '../session/address.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { StanzaError } from '../stream/stanza-error.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { NO_XML } from '../xml/write-xml.ts';
import { presence } from './own-presence.ts';

const ACTIONS: ReadonlySet<string> = new Set(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed']);

/** RFC 6121 §3, §4: a `presence` stanza. */
export function handlePresence(
  session: XmppSession,
  stanza: Element,
  address: Address,
): Promise<void> | undefined {
  const { type } = stanza.attrs;
  switch (address.at) {
    case 'room':
    case 'occupant':
      return session.rooms.handlePresence(stanza, address);
    case 'contact':
    case 'resource':
      if (type !== undefined && ACTIONS.has(type)) {
        return subscribe(session, address.jid.local, { action: type as SubscriptionAction, stanza });
      }
      directed(session, stanza, address.jid);
      return undefined;
    case 'account':
      return undirected(session, stanza);
    case 'rooms':
    case 'server':
      return undefined;
  }
}

function undirected(session: XmppSession, stanza: Element): Promise<void> | undefined {
  const { type } = stanza.attrs;
  if (type === 'unavailable') {
    session.presence.unavailable(stanza);
    return undefined;
  }
  // RFC 6121 §4.7.1: probes are between servers, and the rest is for somebody.
  if (type !== undefined) {
    if (type === 'error' || type === 'probe' || ACTIONS.has(type)) return undefined;
    throw new StanzaError('bad-request');
  }
  const isInitial = session.presence.available(stanza, priorityOf(stanza));
  session.interests.heard(stanza, isInitial);
  return isInitial && session.presence.takesMessages ? session.direct.catchUp() : undefined;
}

/** §4.6: presence for somebody in particular. */
function directed(session: XmppSession, stanza: Element, jid: { local: string; resource: string }): void {
  const { host, user } = session;
  const { type } = stanza.attrs;
  if (type !== undefined && type !== 'unavailable') return;
  const peer = host.deps.core.users.byId(jid.local);
  if (peer === undefined || host.contacts.isBlockedBetween(user.number, peer.number)) return;
  for (const other of host.sessionsOf(peer.number)) {
    if (other === session || !other.presence.isAvailable) continue;
    if (jid.resource === '' || jid.resource === other.resource) session.presence.direct(other, stanza);
  }
}

/** [XM60] §3: asks to see somebody, agrees, or takes it back. */
async function subscribe(
  session: XmppSession,
  local: string,
  { action, stanza }: { action: SubscriptionAction; stanza: Element },
): Promise<void> {
  const { host, user, bare } = session;
  const { contacts } = host;
  const other = host.deps.core.users.byId(local);
  if (other === undefined || other.number === user.number) {
    // §3.1.3: nobody is there to agree.
    const from = `${local}@${host.domain}`;
    if (action === 'subscribe') session.write(presence({ from, to: bare, type: 'unsubscribed' }, NO_XML));
    return;
  }
  // XEP-0191 §3.4: nothing of it reaches who has blocked.
  if (contacts.isBlockedBetween(user.number, other.number)) throw new StanzaError('service-unavailable');
  const step = await contacts.step(user.number, other.number, action);
  const theirs = host.sessionsOf(other.number);
  const mine = host.sessionsOf(user.number);
  const otherBare = host.jidOf(other);
  if (step.isTold) {
    // §3.1.3: with what else is in it.
    const inside = action === 'subscribe' ? host.askedWith.note(user.number, other.number, stanza) : NO_XML;
    const told = presence({ from: bare, to: otherBare, type: action }, inside);
    for (const session_ of theirs)
      if (session_.presence.isAvailable || session_.isInterested) session_.write(told);
  }
  if (step.isAnswered) {
    const answer = presence({ from: otherBare, to: bare, type: 'subscribed' }, NO_XML);
    for (const own of mine) own.write(answer);
  }
  showPresence({ mine, theirs }, action, step);
  // XEP-0163 §4.3.4: who sees somebody from now on is told what was published last.
  if (step.isAnswered) for (const own of mine) tellPublished(other.number, own);
  else if (step.isTold && action === 'subscribed') {
    for (const one of theirs) tellPublished(user.number, one);
  }
}

function tellPublished(owner: UserNumber, session: XmppSession): void {
  session.host.avatarEvents.tell(owner, session);
  session.host.personalEvents.tell(owner, session, session.interests.wanted);
}

/** §3.1.6, §3.2.2, §3.3.3: who sees whom has changed, so presence is told at once. */
function showPresence(
  { mine, theirs }: { mine: readonly XmppSession[]; theirs: readonly XmppSession[] },
  action: SubscriptionAction,
  { isTold, isAnswered }: { isTold: boolean; isAnswered: boolean },
): void {
  const each = (seen: readonly XmppSession[], seeing: readonly XmppSession[], isGone: boolean): void => {
    for (const one of seen) {
      for (const watcher of seeing) {
        if (!watcher.presence.isAvailable) continue;
        if (isGone) one.presence.tellGone(watcher);
        else one.presence.tell(watcher);
      }
    }
  };
  if (isAnswered) each(theirs, mine, false);
  else if (!isTold) return;
  else if (action === 'subscribed') each(mine, theirs, false);
  else if (action === 'unsubscribed') each(mine, theirs, true);
  else if (action === 'unsubscribe') each(theirs, mine, true);
}

/** RFC 6121 §4.7.2.3: a whole number from −128 to 127. */
function priorityOf(stanza: Element): number {
  const text = textOf(childOf(stanza, 'priority', NS.client)).trim();
  if (text === '') return 0;
  const priority = /^[+-]?\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(priority >= -128 && priority <= 127)) throw new StanzaError('bad-request');
  return priority;
}
