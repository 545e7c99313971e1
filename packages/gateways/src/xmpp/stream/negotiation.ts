import type { Proof } from '@skein/core';
import type { CoreClient } from '../../session/client/core-client.ts';
import type { XmppHost } from '../host.ts';
import { isResource } from '../jid.ts';
import { NS } from '../namespaces.ts';
import { type Mechanism, mechanismsFor } from '../sasl/mechanisms.ts';
import { SaslDialogue } from '../sasl/sasl-dialogue.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import { childOf, type Element, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';
import type { ClientEvents } from './client-events.ts';
import { isRegistration, REGISTER_FEATURE, register } from './registration.ts';
import { StanzaError } from './stanza-error.ts';
import { StreamError } from './stream-error.ts';
import type { StreamEnds } from './xmpp-stream.ts';

/** The connection to the core that this stream brought. */
export interface Line {
  readonly client: CoreClient;
  readonly events: ClientEvents;
}

export interface Negotiated {
  readonly session: XmppSession;
  readonly answer: Xml | null;
}

export type Step =
  | { readonly next: 'say'; readonly xml: Xml; readonly isFinal: boolean }
  | { readonly next: 'secure'; readonly xml: Xml }
  | { readonly next: 'restart'; readonly xml: Xml }
  | { readonly next: 'bound'; readonly negotiated: Negotiated };

const PROCEED = xml('proceed', { xmlns: NS.tls });
const SASL_ELEMENTS: ReadonlySet<string> = new Set(['auth', 'response', 'abort']);

/** RFC 6120 §4.3, §5, §6, §7: what a stream has to agree on before stanzas are exchanged. */
export class Negotiation {
  readonly #host: XmppHost;
  readonly #ends: StreamEnds;
  readonly #mechanisms: readonly Mechanism[];
  readonly #sasl: SaslDialogue;
  #proof: Proof | null = null;

  constructor(host: XmppHost, ends: StreamEnds) {
    this.#host = host;
    this.#ends = ends;
    const { peer, bindings } = ends;
    const { proofs } = host.deps.core;
    this.#mechanisms = mechanismsFor({
      hasScram: proofs.hasScram,
      hasBinding: bindings.size > 0,
      isPlainAllowed: peer.isSecure || (!host.hasTls && peer.isLoopback),
    });
    this.#sasl = new SaslDialogue({ proofs, peer, offered: this.#mechanisms, bindings });
  }

  /** It is known who this is; the session is still to be made. */
  get isProven(): boolean {
    return this.#proof !== null;
  }

  /** [XM12] What may come next, RFC 6120 §4.3.2. */
  features(): Xml {
    return xml('stream:features', {}, ...(this.#proof === null ? this.#before() : this.#after()));
  }

  #before(): Xml[] {
    const features: Xml[] = [];
    if (this.#ends.startTls !== null) {
      const required = this.#mustSecure ? [xml('required')] : [];
      features.push(xml('starttls', { xmlns: NS.tls }, ...required));
    }
    // RFC 6120 §5.3.1: while TLS is required nothing else is offered.
    if (this.#mustSecure) return features;
    const names = this.#mechanisms.map(({ name }) => xml('mechanism', {}, xmlText(name)));
    features.push(xml('mechanisms', { xmlns: NS.sasl }, ...names));
    if (this.#ends.bindings.size > 0) {
      // XEP-0440 §2.
      const types = [...this.#ends.bindings.keys()].map((type) => xml('channel-binding', { type }));
      features.push(xml('sasl-channel-binding', { xmlns: NS.channelBinding }, ...types));
    }
    if (this.#mayRegister) features.push(REGISTER_FEATURE);
    return features;
  }

  #after(): Xml[] {
    return [
      xml('bind', { xmlns: NS.bind }),
      // RFC 6121 §1.4 has no use for it; clients of RFC 3921 wait for it unless it is optional.
      xml('session', { xmlns: NS.session }, xml('optional')),
      ...this.#host.streamFeatures,
    ];
  }

  /** A certificate is there and the peer is somewhere else: nothing is said in the clear. */
  get #mustSecure(): boolean {
    return this.#ends.startTls !== null && !this.#ends.peer.isLoopback;
  }

  /** [XM90] A password is shown for it, as for PLAIN. */
  get #mayRegister(): boolean {
    const isShown = this.#mechanisms.some(({ kind }) => kind === 'plain');
    return isShown && this.#host.deps.core.registrations.policy === 'open';
  }

  async take(element: Element, line: Line): Promise<Step> {
    if (this.#proof !== null) return this.#bind(element, this.#proof, line);
    if (element.ns === NS.tls && element.name === 'starttls' && this.#ends.startTls !== null) {
      return { next: 'secure', xml: PROCEED };
    }
    if (element.ns === NS.sasl && SASL_ELEMENTS.has(element.name)) return this.#authenticate(element);
    if (this.#mayRegister && isRegistration(element))
      return { next: 'say', xml: await register(this.#host, this.#ends, element), isFinal: false };
    // RFC 6120 §4.9.3.12: a stanza before it is known who sends it.
    if (element.ns === NS.client) throw new StreamError('not-authorized');
    throw new StreamError('unsupported-stanza-type');
  }

  async #authenticate(element: Element): Promise<Step> {
    if (this.#mustSecure) {
      const failure = xml('failure', { xmlns: NS.sasl }, xml('encryption-required'));
      return { next: 'say', xml: failure, isFinal: false };
    }
    const answer = await this.#sasl.hear(element);
    switch (answer.outcome) {
      case 'challenge':
        return { next: 'say', xml: answer.xml, isFinal: false };
      case 'failure':
        return { next: 'say', xml: answer.xml, isFinal: answer.isFinal };
      case 'success':
        this.#proof = answer.proof;
        return { next: 'restart', xml: answer.xml };
    }
  }

  async #bind(element: Element, proof: Proof, line: Line): Promise<Step> {
    if (element.ns === NS.streamManagement && element.name === 'resume') return this.#resume(element, proof);
    if (element.ns === NS.streamManagement)
      return { next: 'say', xml: failed('unexpected-request'), isFinal: false };
    const bind = childOf(element, 'bind', NS.bind);
    const isRequest = element.name === 'iq' && element.ns === NS.client && element.attrs['type'] === 'set';
    // RFC 6120 §7.1: before a resource is bound there is nobody to send for.
    if (!isRequest || bind === undefined) throw new StreamError('not-authorized');
    const wish = textOf(childOf(bind, 'resource', NS.bind));
    const id = element.attrs['id'] ?? '';
    try {
      if (wish !== '' && !isResource(wish)) throw new StanzaError('bad-request');
      const session = await this.#host.bind({ ...line, proof, resource: wish });
      const jid = xml('jid', {}, xmlText(session.jid));
      const answer = xml('iq', { type: 'result', id }, xml('bind', { xmlns: NS.bind }, jid));
      return { next: 'bound', negotiated: { session, answer } };
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      const xmlError = xml('iq', { type: 'error', id }, error.toXml());
      return { next: 'say', xml: xmlError, isFinal: !line.client.isOpen };
    }
  }

  /** XEP-0198 §5: the session that a lost connection left behind. */
  #resume(element: Element, proof: Proof): Step {
    const { previd = '', h = '' } = element.attrs;
    const session = this.#host.resumable(previd, proof);
    if (session === null || !session.canResume(Number(h))) {
      // §5: unknown or over; the client binds a new one.
      return { next: 'say', xml: failed('item-not-found'), isFinal: false };
    }
    session.resume(Number(h));
    return { next: 'bound', negotiated: { session, answer: null } };
  }
}

/** XEP-0198 §3: nothing is managed before a resource is bound. */
function failed(condition: string): Xml {
  return xml('failed', { xmlns: NS.streamManagement }, xml(condition, { xmlns: NS.stanzas }));
}
