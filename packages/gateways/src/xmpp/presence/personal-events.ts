import type { PersonalItem } from '@skein/core';
import { type UserNumber } from '@skein/model';
import { itemsXml } from '../extensions/pep-node.ts';
import { pepItemOf } from '../extensions/personal-node.ts';
import type { XmppHost } from '../host.ts';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { type Xml, xml } from '../xml/write-xml.ts';

/** [XM81] Tells connections of what those publish whom they see. */
export class PersonalEvents {
  readonly #host: XmppHost;

  constructor(host: XmppHost) {
    this.#host = host;
  }

  /** XEP-0163 §4.3.3: everybody who sees the user's presence, and all connections of the user. */
  changed(user: UserNumber, item: PersonalItem): void {
    this.#announce(user, item, itemsXml(item.name, [pepItemOf(item)]));
  }

  /** XEP-0060 §7.2.2.1: the same of what is taken away. */
  removed(user: UserNumber, item: PersonalItem): void {
    this.#announce(user, item, xml('items', { node: item.name }, xml('retract', { id: item.id })));
  }

  /** §4.3.4: what was published last by everybody who is seen from this connection, of these nodes. */
  tellLast(session: XmppSession, nodes: ReadonlySet<string>): void {
    const { user } = session;
    const seen = this.#host.contacts.listOf(user.number).filter(({ to }) => to);
    for (const owner of [user.number, ...seen.map(({ contact }) => contact)])
      this.tell(owner, session, nodes);
  }

  /** One connection of what one account has of these nodes, as far as it wants that and may see it. */
  tell(owner: UserNumber, session: XmppSession, nodes: ReadonlySet<string>): void {
    const { personalItems } = this.#host.deps.core;
    for (const name of personalItems.namesSeenBy(session.user.number, owner)) {
      if (!nodes.has(name) || !this.#wants(session, name)) continue;
      personalItems.seenBy(session.user.number, owner, name).then((item) => {
        if (item !== null) this.#write(owner, session, itemsXml(item.name, [pepItemOf(item)]));
      }, this.#host.deps.report);
    }
  }

  /** §4.3.2: who is there with a priority that is not negative, and says that this is wanted. */
  #wants({ interests, presence }: XmppSession, name: string): boolean {
    return interests.wants(name) && presence.takesMessages;
  }

  #announce(user: UserNumber, { name, access }: PersonalItem, items: Xml): void {
    for (const session of this.#audienceOf(user)) {
      const maySee = session.user.number === user || access !== 'owner';
      if (maySee && this.#wants(session, name)) this.#write(user, session, items);
    }
  }

  /** §4.3.1: from the account, to each connection. */
  #write(owner: UserNumber, session: XmppSession, items: Xml): void {
    const from = this.#host.jidOfNumber(owner);
    if (from === null) return;
    const event = xml('event', { xmlns: NS.pubsubEvent }, items);
    const address = { from, to: session.jid, type: 'headline', id: this.#host.newId() };
    session.write(xml('message', address, event));
  }

  #audienceOf(user: UserNumber): readonly XmppSession[] {
    const { contacts } = this.#host;
    const seeing = contacts
      .listOf(user)
      .filter(({ contact, from }) => from && !contacts.isBlockedBetween(user, contact));
    return [user, ...seeing.map(({ contact }) => contact)].flatMap((number) => this.#host.sessionsOf(number));
  }
}
