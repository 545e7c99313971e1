import { userNumber } from '@skein/model';
import { Availability, type Presence } from '@skein/protocol';
import type { XmppSession } from '../session/xmpp-session.ts';
import { joinXml, NO_XML, type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { presence } from './own-presence.ts';

/** What stands for somebody's connections that are no XMPP: they have no resource of their own. */
const ELSEWHERE = 'skein';
/** RFC 6121 §4.7.2.3: −128 is the lowest. */
const PRIORITY_SHIFT = 128;

/** RFC 6121 §4.7.2.1. */
const AVAILABILITY_BY_SHOW: ReadonlyMap<string, number> = new Map([
  ['chat', Availability.chatty],
  ['away', Availability.away],
  ['xa', Availability.long_away],
  ['dnd', Availability.busy],
]);

const SHOW_BY_AVAILABILITY: ReadonlyMap<number, string> = new Map(
  [...AVAILABILITY_BY_SHOW].map(([show, availability]) => [availability, show]),
);

/**
 * [XM63] Presence beyond XMPP. What a connection says of its user is said to the core; who is there by another protocol alone
 * is shown with a resource of ours. XMPP connections see each other without it, with everything in their presence.
 */
export class CorePresence {
  readonly #session: XmppSession;
  /** Who was shown to be there. */
  readonly #shown = new Set<number>();

  constructor(session: XmppSession) {
    this.#session = session;
  }

  say({ show, status, priority }: { show: string; status: string; priority: number }): void {
    const { statusCharactersMax } = this.#session.host.deps.core.limits;
    const availability = AVAILABILITY_BY_SHOW.get(show) ?? Availability.unspecified;
    const text = Array.from(status).slice(0, statusCharactersMax).join('');
    this.#tell({ availability, text, priority: priority + PRIORITY_SHIFT });
  }

  hide(): void {
    this.#tell({ availability: Availability.hidden });
  }

  /** Tells how these are there now, and from now on. */
  watch(users: readonly number[]): void {
    const { client, host } = this.#session;
    const some = users.slice(0, host.deps.core.limits.presenceUsersPerFrameMax);
    if (some.length === 0) return;
    client
      .ask({ case: 'findPresence', value: { users: some, watch: true } })
      .then((answer) => {
        if ('case' in answer && answer.case === 'presence') this.heard(answer.value.users);
      })
      .catch(host.deps.report);
  }

  heard(people: readonly Presence[]): void {
    for (const person of people) this.#show(person);
  }

  #show({ user, online, availability, text }: Presence): void {
    const { host, jid, presence: own } = this.#session;
    const bare = host.jidOfNumber(user);
    const isSeen = host.contacts.linkOf(this.#session.user.number, userNumber(user)).to;
    if (bare === null || !own.isAvailable || !isSeen) return;
    const isXmpp = host.sessionsOf(user).some((other) => other.presence.isAvailable);
    const from = `${bare}/${ELSEWHERE}`;
    if (online && availability !== Availability.hidden && !isXmpp) {
      this.#shown.add(user);
      this.#session.write(presence({ from, to: jid }, payloadOf(availability, text)));
    } else if (this.#shown.delete(user)) {
      this.#session.write(presence({ from, to: jid, type: 'unavailable' }, NO_XML));
    }
  }

  #tell(value: { availability: number; text?: string; priority?: number }): void {
    const { client, host } = this.#session;
    client.ask({ case: 'setPresence', value }).catch(host.deps.report);
  }
}

function payloadOf(availability: number, text: string): Xml {
  const show = SHOW_BY_AVAILABILITY.get(availability);
  const parts: Xml[] = [];
  if (show !== undefined) parts.push(xml('show', {}, xmlText(show)));
  if (text !== '') parts.push(xml('status', {}, xmlText(text)));
  return joinXml(parts);
}
