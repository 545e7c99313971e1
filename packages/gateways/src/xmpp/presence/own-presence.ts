import type { Contact } from '@skein/core';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml/element.ts';
import { joinXml, NO_XML, writeElement, type Xml, xml } from '../xml/write-xml.ts';
import { isNoPhoto, isPhotoUpdate, photoOf } from './photo.ts';

/** Addresses that were told of this connection by themselves; beyond it the oldest is forgotten. */
const DIRECTED_MAX = 200;

/** RFC 6121 §4: whether one connection says that its user is there, and how, and who is told. */
export class OwnPresence {
  readonly #session: XmppSession;
  /** What was said last, without addresses; null while unavailable. */
  #payload: Xml | null = null;
  #priority = 0;
  /** The client says itself that it shows no photo. */
  #isWithoutPhoto = false;
  #isAway = false;
  // RFC 6121 §4.6: whoever was told by name is told of the end too.
  readonly #directed = new Set<XmppSession>();

  constructor(session: XmppSession) {
    this.#session = session;
  }

  get isAvailable(): boolean {
    return this.#payload !== null;
  }

  get priority(): number {
    return this.#priority;
  }

  /** RFC 6121 §8.5.2.1.1: there, and with a priority that is not negative. */
  get takesMessages(): boolean {
    return this.#payload !== null && this.#priority >= 0;
  }

  /** [XM61] §4.2, §4.4: tells everyone who sees this user, and at first learns of everyone the user sees. */
  available(stanza: Element, priority: number): boolean {
    const isInitial = this.#payload === null;
    this.#payload = payloadOf(stanza);
    this.#priority = priority;
    this.#isWithoutPhoto = isWithoutPhoto(stanza);
    const said = (name: string): string => textOf(childOf(stanza, name, NS.client));
    this.#session.elsewhere.say({ show: said('show'), status: said('status'), priority });
    for (const watcher of this.watchers()) this.tell(watcher);
    if (isInitial) this.#lookAround();
    return isInitial;
  }

  /** §4.5. */
  unavailable(stanza: Element | null): void {
    if (this.#payload === null && this.#directed.size === 0) return;
    const payload = stanza === null ? joinXml([]) : payloadOf(stanza);
    const watchers = this.#payload === null ? [] : this.watchers();
    this.#payload = null;
    this.#session.elsewhere.hide();
    for (const watcher of new Set([...watchers, ...this.#directed])) this.#tellGone(watcher, payload);
    this.#directed.clear();
  }

  /** The connection is over. */
  gone(): void {
    this.unavailable(null);
  }

  /** The connection is lost for longer than a moment: to others it is gone. */
  away(): void {
    if (this.#payload === null || this.#isAway) return;
    this.#isAway = true;
    for (const watcher of this.watchers()) this.#tellGone(watcher, joinXml([]));
  }

  back(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    for (const watcher of this.watchers()) this.tell(watcher);
  }

  /** Tells one connection how this one is; nothing when it is not there. */
  tell(watcher: XmppSession): void {
    if (this.#payload === null || this.#isAway) return;
    const photo = this.#isWithoutPhoto ? NO_XML : this.#photoFor(watcher);
    watcher.write(presence({ from: this.#session.jid, to: watcher.jid }, joinXml([this.#payload, photo])));
  }

  /** What is seen of the user beside what was said has changed. */
  tellAgain(): void {
    if (this.#isWithoutPhoto || this.#payload === null) return;
    for (const watcher of this.watchers()) this.tell(watcher);
  }

  tellGone(watcher: XmppSession): void {
    if (this.#payload !== null) this.#tellGone(watcher, joinXml([]));
  }

  /** §4.6: to somebody by name, whoever sees it otherwise. */
  direct(watcher: XmppSession, stanza: Element): void {
    const { jid } = this.#session;
    const { type } = stanza.attrs;
    const isPhotoSaid = type === undefined && !isWithoutPhoto(stanza);
    const payload = joinXml([payloadOf(stanza), isPhotoSaid ? this.#photoFor(watcher) : NO_XML]);
    watcher.write(presence({ from: jid, to: watcher.jid, type }, payload));
    if (type === 'unavailable') this.#directed.delete(watcher);
    else this.#directed.add(watcher);
    const [oldest] = this.#directed;
    if (this.#directed.size > DIRECTED_MAX && oldest !== undefined) this.#directed.delete(oldest);
  }

  /** The available connections that see this user: subscribers', and the user's own others. */
  watchers(): readonly XmppSession[] {
    return this.#connectionsOf(({ from }) => from);
  }

  #lookAround(): void {
    const { host, user, bare } = this.#session;
    for (const other of this.#connectionsOf(({ to }) => to)) other.presence.tell(this.#session);
    const seen = host.contacts.listOf(user.number).filter(({ to }) => to);
    this.#session.elsewhere.watch(seen.map(({ contact }) => contact));
    // §3.1.3: questions of the time away.
    for (const asker of host.contacts.askers(user.number)) {
      const from = host.jidOfNumber(asker);
      if (from !== null) this.#session.write(presence({ from, to: bare, type: 'subscribe' }, joinXml([])));
    }
  }

  #connectionsOf(fits: (contact: Contact) => boolean): readonly XmppSession[] {
    const { host, user } = this.#session;
    const { contacts } = host;
    const people = contacts
      .listOf(user.number)
      .filter(fits)
      .map(({ contact }) => contact);
    return [user.number, ...people]
      .filter((number) => !contacts.isBlockedBetween(user.number, number))
      .flatMap((number) => host.sessionsOf(number))
      .filter((other) => other !== this.#session && other.presence.isAvailable);
  }

  #photoFor(watcher: XmppSession): Xml {
    const { host, user } = this.#session;
    return photoOf(host, user.number, watcher.user.number);
  }

  #tellGone(watcher: XmppSession, payload: Xml): void {
    watcher.write(presence({ from: this.#session.jid, to: watcher.jid, type: 'unavailable' }, payload));
  }
}

export function presence(
  attributes: { from: string; to: string; type?: string | undefined },
  payload: Xml,
): Xml {
  return payload === '' ? xml('presence', attributes) : xml('presence', attributes, payload);
}

/** What was said, but for a photo, which the server tells of. */
function payloadOf(stanza: Element): Xml {
  const said = elementsOf(stanza).filter((child) => !isPhotoUpdate(child) || isNoPhoto(child));
  return joinXml(said.map((child) => writeElement(child, NS.client)));
}

function isWithoutPhoto(stanza: Element): boolean {
  return elementsOf(stanza).some((child) => isPhotoUpdate(child) && isNoPhoto(child));
}
