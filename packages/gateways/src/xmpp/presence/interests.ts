import { capsVersionIn, featuresIn } from '../extensions/capabilities.ts';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { childOf, type Element } from '../xml/element.ts';
import { xml } from '../xml/write-xml.ts';

// XEP-0060 §10.2: how a client says that it wants to be told of a node.
const WANTS_AVATARS = `${NS.avatarMetadata}+notify`;
const PROGRAMS_MAX = 1_000;

/** Whether the programs of clients want to be told of avatars, by the hash of what they speak. The oldest makes room. */
export class KnownPrograms {
  readonly #wantAvatars = new Map<string, boolean>();

  wantsAvatars(ver: string): boolean | undefined {
    return this.#wantAvatars.get(ver);
  }

  learn(ver: string, wantsAvatars: boolean): void {
    this.#wantAvatars.set(ver, wantsAvatars);
    const [oldest] = this.#wantAvatars.keys();
    if (this.#wantAvatars.size > PROGRAMS_MAX && oldest !== undefined) this.#wantAvatars.delete(oldest);
  }
}

/**
 * [XM72] XEP-0163 §4.2: what one connection wants to be told of. Its presence says a hash (XEP-0115); what that stands for is asked
 * once for everybody whose program is the same.
 */
export class Interests {
  readonly #session: XmppSession;
  #ver = '';
  /** The id of the question that is under way; empty when none is. */
  #question = '';
  #wantsAvatars = false;

  constructor(session: XmppSession) {
    this.#session = session;
  }

  get wantsAvatars(): boolean {
    return this.#wantsAvatars;
  }

  /** Available presence: it is known at once, or when the client has answered, and what was missed is told then. */
  heard(stanza: Element, isInitial: boolean): void {
    const { ver = '', hash, node = '' } = childOf(stanza, 'c', NS.caps)?.attrs ?? {};
    if (ver === this.#ver) {
      if (isInitial && this.#wantsAvatars) this.#session.host.avatarEvents.tellLast(this.#session);
      return;
    }
    this.#ver = ver;
    this.#question = '';
    // XEP-0115 §1.1: without an algorithm it is of the protocol before this one.
    const isHash = ver !== '' && hash === 'sha-1';
    const wantsAvatars = isHash ? this.#session.host.programs.wantsAvatars(ver) : false;
    if (wantsAvatars === undefined) this.#ask(`${node}#${ver}`);
    else this.#wants(wantsAvatars);
  }

  /** Takes the answer that was waited for; false for any other. */
  answered(iq: Element): boolean {
    if (this.#question === '' || iq.attrs['id'] !== this.#question) return false;
    this.#question = '';
    const query = childOf(iq, 'query', NS.discoInfo);
    if (iq.attrs['type'] !== 'result' || query === undefined) return true;
    const wantsAvatars = featuresIn(query).includes(WANTS_AVATARS);
    // XEP-0115 §5.4: what does not make the hash is believed of nobody else.
    if (capsVersionIn(query) === this.#ver) this.#session.host.programs.learn(this.#ver, wantsAvatars);
    this.#wants(wantsAvatars);
    return true;
  }

  /** XEP-0115 §6.2. */
  #ask(node: string): void {
    const { host, jid } = this.#session;
    this.#question = host.newId();
    const query = xml('query', { xmlns: NS.discoInfo, node });
    this.#session.write(xml('iq', { type: 'get', id: this.#question, from: host.domain, to: jid }, query));
  }

  #wants(wantsAvatars: boolean): void {
    const isNew = wantsAvatars && !this.#wantsAvatars;
    this.#wantsAvatars = wantsAvatars;
    if (isNew) this.#session.host.avatarEvents.tellLast(this.#session);
  }
}
