import type { Contact } from '@skein/core';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { childOf, type Element, elementsOf, textOf } from '../xml/element.ts';
import { joinXml, NO_XML, writeElement, type Xml, xml } from '../xml/write-xml.ts';
import { isNoPhoto, isPhotoUpdate, photoOf } from './photo.ts';

/** Addresses that were told of this connection by themselves; beyond it the oldest is forgotten. */
const DIRECTED_MAX = 200;

/** A presence stanza without addresses. */
interface Said {
  readonly payload: Xml;
  readonly language: string | undefined;
  /** The client says itself that it shows no photo. */
  readonly isWithoutPhoto: boolean;
}

const NOTHING: Said = { payload: NO_XML, language: undefined, isWithoutPhoto: true };

/** RFC 6121 §4: whether one connection says that its user is there, and how, and who is told. */
export class OwnPresence {
  readonly #session: XmppSession;
  /** What was said last; null while unavailable. */
  #said: Said | null = null;
  #priority = 0;
  #isAway = false;
  // RFC 6121 §4.6: whoever was told by name is told of the end too.
  readonly #directed = new Set<XmppSession>();

  constructor(session: XmppSession) {
    this.#session = session;
  }

  get isAvailable(): boolean {
    return this.#said !== null;
  }

  get priority(): number {
    return this.#priority;
  }

  /** RFC 6121 §8.5.2.1.1: there, and with a priority that is not negative. */
  get takesMessages(): boolean {
    return this.#said !== null && this.#priority >= 0;
  }

  /** [XM61] §4.2, §4.4: tells everyone who sees this user, and at first learns of everyone the user sees. */
  available(stanza: Element, priority: number): boolean {
    const isInitial = this.#said === null;
    this.#said = saidIn(stanza);
    this.#priority = priority;
    const textIn = (name: string): string => textOf(childOf(stanza, name, NS.client));
    this.#session.elsewhere.say({ show: textIn('show'), status: textIn('status'), priority });
    for (const watcher of this.watchers()) this.tell(watcher);
    if (isInitial) this.#lookAround();
    return isInitial;
  }

  /** §4.5. */
  unavailable(stanza: Element | null): void {
    if (this.#said === null && this.#directed.size === 0) return;
    const farewell = stanza === null ? NOTHING : saidIn(stanza);
    const watchers = this.#said === null ? [] : this.watchers();
    this.#said = null;
    this.#session.elsewhere.hide();
    for (const watcher of new Set([...watchers, ...this.#directed])) this.#tellGone(watcher, farewell);
    this.#directed.clear();
  }

  /** The connection is over. */
  gone(): void {
    this.unavailable(null);
  }

  /** The connection is lost for longer than a moment: to others it is gone. */
  away(): void {
    if (this.#said === null || this.#isAway) return;
    this.#isAway = true;
    for (const watcher of this.watchers()) this.#tellGone(watcher, NOTHING);
  }

  back(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    for (const watcher of this.watchers()) this.tell(watcher);
  }

  /** Tells one connection how this one is; nothing when it is not there. */
  tell(watcher: XmppSession): void {
    if (this.#said !== null && !this.#isAway) this.#tell(watcher, this.#said, undefined);
  }

  /** What is seen of the user beside what was said has changed. */
  tellAgain(): void {
    if (this.#said === null || this.#said.isWithoutPhoto) return;
    for (const watcher of this.watchers()) this.tell(watcher);
  }

  tellGone(watcher: XmppSession): void {
    if (this.#said !== null) this.#tellGone(watcher, NOTHING);
  }

  /** §4.6: to somebody by name, whoever sees it otherwise. */
  direct(watcher: XmppSession, stanza: Element): void {
    const { type } = stanza.attrs;
    this.#tell(watcher, saidIn(stanza), type);
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
      const inside = host.askedWith.of(asker, user.number);
      if (from !== null) this.#session.write(presence({ from, to: bare, type: 'subscribe' }, inside));
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

  #tellGone(watcher: XmppSession, farewell: Said): void {
    this.#tell(watcher, farewell, 'unavailable');
  }

  #tell(watcher: XmppSession, said: Said, type: string | undefined): void {
    const { host, user, jid: from } = this.#session;
    const hasPhoto = type === undefined && !said.isWithoutPhoto;
    const photo = hasPhoto ? photoOf(host, user.number, watcher.user.number) : NO_XML;
    const attributes = { from, to: watcher.jid, type, 'xml:lang': said.language };
    watcher.write(presence(attributes, joinXml([said.payload, photo])));
  }
}

export function presence(
  attributes: { from: string; to: string; type?: string | undefined; 'xml:lang'?: string | undefined },
  payload: Xml,
): Xml {
  return payload === '' ? xml('presence', attributes) : xml('presence', attributes, payload);
}

/** All of it, but for a photo, which the server tells of. */
function saidIn(stanza: Element): Said {
  const children = elementsOf(stanza);
  const kept = children.filter((child) => !isPhotoUpdate(child) || isNoPhoto(child));
  return {
    payload: joinXml(kept.map((child) => writeElement(child, NS.client))),
    language: stanza.attrs['xml:lang'],
    isWithoutPhoto: children.some((child) => isPhotoUpdate(child) && isNoPhoto(child)),
  };
}
