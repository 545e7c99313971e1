import { capsVersionIn, featuresIn } from '../extensions/capabilities.ts';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { childOf, type Element } from '../xml/element.ts';
import { xml } from '../xml/write-xml.ts';

// XEP-0060 §10.2: how a client says that it wants to be told of a node.
const WANTED = '+notify';
const WANTED_MAX = 64;
const NODE_CHARACTERS_MAX = 256;
const PROGRAMS_MAX = 1_000;
const NOTHING: ReadonlySet<string> = new Set();

/** The nodes that the programs of clients want to be told of, by the hash of what they speak. The oldest makes room. */
export class KnownPrograms {
  readonly #wanted = new Map<string, ReadonlySet<string>>();

  wantedBy(ver: string): ReadonlySet<string> | undefined {
    return this.#wanted.get(ver);
  }

  learn(ver: string, wanted: ReadonlySet<string>): void {
    this.#wanted.set(ver, wanted);
    const [oldest] = this.#wanted.keys();
    if (this.#wanted.size > PROGRAMS_MAX && oldest !== undefined) this.#wanted.delete(oldest);
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
  #wanted = NOTHING;

  constructor(session: XmppSession) {
    this.#session = session;
  }

  wants(node: string): boolean {
    return this.#wanted.has(node);
  }

  get wanted(): ReadonlySet<string> {
    return this.#wanted;
  }

  /** Available presence: it is known at once, or when the client has answered, and what was missed is told then. */
  heard(stanza: Element, isInitial: boolean): void {
    const { ver = '', hash, node = '' } = childOf(stanza, 'c', NS.caps)?.attrs ?? {};
    if (ver === this.#ver) {
      if (isInitial) this.#tellLast(this.#wanted);
      return;
    }
    this.#ver = ver;
    this.#question = '';
    // XEP-0115 §1.1: without an algorithm it is of the protocol before this one.
    const isHash = ver !== '' && hash === 'sha-1';
    const wanted = isHash ? this.#session.host.programs.wantedBy(ver) : NOTHING;
    if (wanted === undefined) this.#ask(`${node}#${ver}`);
    else this.#want(wanted);
  }

  /** Takes the answer that was waited for; false for any other. */
  answered(iq: Element): boolean {
    if (this.#question === '' || iq.attrs['id'] !== this.#question) return false;
    this.#question = '';
    const query = childOf(iq, 'query', NS.discoInfo);
    if (iq.attrs['type'] !== 'result' || query === undefined) return true;
    const nodes = featuresIn(query)
      .filter((feature) => feature.endsWith(WANTED) && feature.length <= NODE_CHARACTERS_MAX)
      .map((feature) => feature.slice(0, -WANTED.length));
    const wanted = new Set(nodes.slice(0, WANTED_MAX));
    // XEP-0115 §5.4: what does not make the hash is believed of nobody else.
    if (capsVersionIn(query) === this.#ver) this.#session.host.programs.learn(this.#ver, wanted);
    this.#want(wanted);
    return true;
  }

  /** XEP-0115 §6.2. */
  #ask(node: string): void {
    const { host, jid } = this.#session;
    this.#question = host.newId();
    const query = xml('query', { xmlns: NS.discoInfo, node });
    this.#session.write(xml('iq', { type: 'get', id: this.#question, from: host.domain, to: jid }, query));
  }

  #want(wanted: ReadonlySet<string>): void {
    const before = this.#wanted;
    this.#wanted = wanted;
    this.#tellLast(new Set([...wanted].filter((node) => !before.has(node))));
  }

  #tellLast(nodes: ReadonlySet<string>): void {
    if (nodes.size === 0) return;
    const { avatarEvents, personalEvents } = this.#session.host;
    if (nodes.has(NS.avatarMetadata)) avatarEvents.tellLast(this.#session);
    personalEvents.tellLast(this.#session, nodes);
  }
}
