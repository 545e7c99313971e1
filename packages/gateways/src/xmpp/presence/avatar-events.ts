import type { UserNumber } from '@skein/model';
import { metadataItem } from '../extensions/avatar-nodes.ts';
import { itemsXml } from '../extensions/pep-node.ts';
import type { XmppHost } from '../host.ts';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { xml } from '../xml/write-xml.ts';

/** [XM72, XM73] Tells connections of the avatars of those whom they see. */
export class AvatarEvents {
  readonly #host: XmppHost;

  constructor(host: XmppHost) {
    this.#host = host;
  }

  /** XEP-0163 §4.3.3, XEP-0153 §3.1: everybody who sees the user's presence, and all connections of the user. */
  changed(user: UserNumber): void {
    for (const own of this.#host.sessionsOf(user)) own.presence.tellAgain();
    for (const session of this.#audienceOf(user)) this.tell(user, session);
  }

  /** XEP-0163 §4.3.4: what was published last by everybody who is seen from this connection. */
  tellLast(session: XmppSession): void {
    const { user } = session;
    const seen = this.#host.contacts.listOf(user.number).filter(({ to }) => to);
    for (const owner of [user.number, ...seen.map(({ contact }) => contact)]) this.tell(owner, session);
  }

  /** One connection of one avatar, if it wants that and may see it, and if there ever was one. */
  tell(owner: UserNumber, session: XmppSession): void {
    // §4.3.2: who is there with a priority that is not negative, and says that this is wanted.
    if (!session.interests.wants(NS.avatarMetadata) || !session.presence.takesMessages) return;
    const avatar = this.#host.deps.core.avatars.seenBy(session.user.number, owner);
    const from = this.#host.jidOfNumber(owner);
    if (avatar === undefined || from === null) return;
    const event = xml(
      'event',
      { xmlns: NS.pubsubEvent },
      itemsXml(NS.avatarMetadata, [metadataItem(avatar)]),
    );
    // §4.3.1: from the account, to each connection.
    const address = { from, to: session.jid, type: 'headline', id: this.#host.newId() };
    session.write(xml('message', address, event));
  }

  #audienceOf(user: UserNumber): readonly XmppSession[] {
    const seeing = this.#host.contacts.listOf(user).filter(({ from }) => from);
    return [user, ...seeing.map(({ contact }) => contact)].flatMap((number) => this.#host.sessionsOf(number));
  }
}
