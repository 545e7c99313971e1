import type { Peer } from '@skein/core';
import type { CloseReason } from '@skein/protocol';
import type { ByteLink } from '../../session/byte-link.ts';
import type { CoreClient } from '../../session/client/core-client.ts';
import type { XmppHost } from '../host.ts';
import { NS } from '../namespaces.ts';
import type { XmppSession } from '../session/xmpp-session.ts';
import type { Element } from '../xml/element.ts';
import { inLanguage, languageOf, OWN_LANGUAGE } from '../xml/language.ts';
import { StanzaParser } from '../xml/stanza-parser.ts';
import { NO_XML, type Xml, xml, xmlText } from '../xml/write-xml.ts';
import { ClientEvents } from './client-events.ts';
import { STREAM_CONDITION_BY_END } from './close-conditions.ts';
import type { Framing } from './framing.ts';
import { type Negotiated, Negotiation } from './negotiation.ts';
import { type StreamCondition, StreamError } from './stream-error.ts';
import { TextQueue } from './text-queue.ts';

/** The peer's closing tag, in its place behind what it said before. */
const STREAM_END = Symbol('the end of the stream');

/** What a stream runs on. */
export interface StreamEnds {
  readonly peer: Peer;
  readonly link: ByteLink;
  readonly framing: Framing;
  /** What binds a proof to this TLS connection; empty outside TLS. */
  readonly bindings: ReadonlyMap<string, Uint8Array>;
  /** Hands the connection over to TLS; null where it can't be. */
  readonly startTls: (() => void) | null;
}

/**
 * One XML stream over one connection, RFC 6120 §4 (rules XM5–XM11).
 *
 *   opening ──header──▶ negotiating ──SASL──▶ opening ──header──▶ negotiating ──bind, resume──▶ bound
 *      └──────────────────────┴─────────── close, error, end of the link ───────────────────────┴──▶ ended
 *
 * Stanzas are handled one after the other; while one is being answered the next ones wait, and nothing more is read.
 */
export class XmppStream {
  readonly #host: XmppHost;
  readonly #ends: StreamEnds;
  readonly #queue: TextQueue;
  readonly #events = new ClientEvents();
  readonly #negotiation: Negotiation;
  #client: CoreClient;
  #parser: StanzaParser;
  #session: XmppSession | null = null;
  #state: 'open' | 'closing' | 'ended' = 'open';
  #hasSentHeader = false;
  // Stanzas of one read that wait for the one before them.
  #inbox: (Element | typeof STREAM_END)[] = [];
  #isInputOver = false;
  #isBusy = false;
  #isFull = false;
  #isReadingHeld = false;
  #bytesBeforeSignIn = 0;
  /** Of the peer's header, where it is another than ours; empty where it is the same or none. */
  #language = '';
  #heardAtMs: number;

  constructor(host: XmppHost, ends: StreamEnds) {
    this.#host = host;
    this.#ends = ends;
    this.#heardAtMs = host.clock.monotonicMs();
    const { link, framing } = ends;
    const beforeFlush = (): void => this.#session?.beforeFlush();
    const afterFlush = (): void => this.#emptied();
    this.#queue = new TextQueue({ link, framing, flushes: host.deps.flushes, beforeFlush, afterFlush });
    this.#negotiation = new Negotiation(host, ends);
    this.#parser = this.#newParser();
    this.#events.target = {
      queuedBytes: () => this.#queue.queuedBytes,
      ended: ({ reason, detail }) => this.coreEnded(reason, detail),
    };
    this.#client = host.newClient(ends.peer, this.#events);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /** Whether the network takes what is written. */
  get isFlowing(): boolean {
    return this.#ends.link.queuedBytes === 0;
  }

  write(stanza: Xml): void {
    if (this.isOpen) this.#queue.add(this.#ends.framing.element(stanza));
  }

  /** At the end of this turn there is something to say. */
  flushLater(): void {
    if (this.isOpen) this.#queue.flushLater();
  }

  /** Ends the stream; the peer is told why, RFC 6120 §4.9.1. */
  end(condition: StreamCondition | null, detail = '', specific = NO_XML): void {
    if (!this.isOpen) return;
    if (!this.#hasSentHeader) this.#sendHeader(undefined);
    this.#session?.beforeEnd();
    if (condition !== null) this.write(errorXml(condition, detail, specific));
    this.#queue.add(this.#ends.framing.close);
    this.#queue.writeOut();
    this.#state = 'closing';
    this.#parser.stop();
    this.#ends.link.end(1000, condition ?? '');
    this.#leave(condition !== 'connection-timeout');
  }

  coreEnded(reason: CloseReason, detail: string): void {
    this.end(STREAM_CONDITION_BY_END[reason], detail);
  }

  // ── as the link sees it ──────────────────────────────────────────────────────────────────────────────────────────

  receive(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.#heard();
    this.#guard(() => {
      this.countBeforeSignIn(bytes.length);
      this.#parser.write(bytes);
      this.#work();
    });
    this.#pauseIfFull();
  }

  /** RFC 7395 §3.1: a text message is one document; a stream is opened and closed by two of its own. */
  receiveMessage(message: Uint8Array, isBinary: boolean): void {
    if (!this.isOpen) return;
    this.#heard();
    this.#guard(() => {
      if (isBinary) throw new StreamError('bad-format');
      for (const element of this.#host.parseDocument(message)) {
        if (element.ns !== NS.framing) this.#inbox.push(element);
        else if (element.name === 'open')
          this.#opened({ ...element, ns: NS.streams, name: 'stream' }, NS.client);
        else this.#inbox.push(STREAM_END);
      }
      this.#work();
    });
    this.#pauseIfFull();
  }

  /** [XM4] Counts bytes against the small budget of a stranger. */
  countBeforeSignIn(byteCount: number): boolean {
    if (this.#session !== null || this.#negotiation.isProven) return false;
    this.#bytesBeforeSignIn += byteCount;
    const { bytesBeforeSignInMax } = this.#host.deps.core.limits;
    if (this.#bytesBeforeSignIn > bytesBeforeSignInMax) {
      this.#client.violated('frameTooLarge', '');
      this.end('policy-violation', `more than ${bytesBeforeSignInMax} bytes before sign-in`);
    }
    return true;
  }

  drained(): void {
    if (!this.isOpen) return;
    this.#emptied();
  }

  signOfLife(): void {
    this.#heard();
  }

  brokeWebSocket(): void {
    this.end('bad-format');
  }

  /** The peer will send nothing more: without its closing tag, the stream is cut. */
  inputEnded(): void {
    this.#isInputOver = true;
    // What it said before is done first.
    if (this.isOpen && (this.#isBusy || this.#inbox.length > 0)) return;
    this.ended();
    this.#ends.link.end(1000, '');
  }

  ended(): void {
    if (this.#state === 'ended') return;
    const isCut = this.#state === 'open';
    this.#state = 'ended';
    this.#parser.stop();
    if (isCut) this.#leave(false);
  }

  // ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #newParser(): StanzaParser {
    return new StanzaParser(
      {
        opened: (header, contentNs) => this.#opened(header, contentNs),
        stanza: (stanza) => this.#inbox.push(stanza),
        closed: () => this.#inbox.push(STREAM_END),
      },
      this.#host.deps.core.limits,
    );
  }

  /** RFC 6120 §4.7: what the header has to say. */
  #opened(header: Element, contentNs: string): void {
    this.#sendHeader(header.attrs['from']);
    if (header.name !== 'stream' || header.ns !== NS.streams) throw new StreamError('invalid-namespace');
    if (contentNs !== NS.client) throw new StreamError('invalid-namespace');
    // §4.7.5: a number below 1.0 or none at all is of a protocol before this one.
    if (!/^[1-9]\d*\.\d+$/.test(header.attrs['version'] ?? '')) throw new StreamError('unsupported-version');
    this.#language = otherLanguage(header.attrs['xml:lang']);
    const { to } = header.attrs;
    // §4.9.3.6: a host that we do not serve.
    if (to !== undefined && to.toLowerCase() !== this.#host.domain) throw new StreamError('host-unknown');
    this.write(this.#negotiation.features());
  }

  #sendHeader(to: string | undefined): void {
    if (this.#hasSentHeader && this.#session !== null) throw new StreamError('bad-format');
    this.#hasSentHeader = true;
    const { framing } = this.#ends;
    this.#queue.add(framing.open({ id: this.#host.newId(), from: this.#host.domain, to }));
  }

  #work(): void {
    while (this.isOpen && !this.#isBusy && this.#inbox.length > 0) {
      const next = this.#inbox.shift();
      if (next === STREAM_END) this.end(null);
      else if (next !== undefined) this.#await(this.#take(next));
    }
    this.#hold();
    if (this.#isInputOver && !this.#isBusy) this.inputEnded();
  }

  #await(done: Promise<void> | undefined): void {
    if (done === undefined) return;
    this.#isBusy = true;
    done
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#isBusy = false;
        this.#guard(() => this.#work());
      });
  }

  #take(stanza: Element): Promise<void> | undefined {
    if (this.#session !== null) {
      return this.#session.take(this.#language === '' ? stanza : inLanguage(stanza, this.#language));
    }
    return this.#negotiate(stanza);
  }

  async #negotiate(stanza: Element): Promise<void> {
    const step = await this.#negotiation.take(stanza, { client: this.#client, events: this.#events });
    if (!this.isOpen) return;
    switch (step.next) {
      case 'say':
        this.write(step.xml);
        if (step.isFinal) throw new StreamError('policy-violation', 'too many tries');
        return;
      case 'secure':
        this.#secure(step.xml);
        return;
      case 'restart':
        this.write(step.xml);
        this.#parser.stop();
        this.#parser = this.#newParser();
        return;
      case 'bound':
        this.#bound(step.negotiated);
    }
  }

  /** RFC 6120 §5.4.3.3: nothing that was said so far counts inside TLS. */
  #secure(proceed: Xml): void {
    this.write(proceed);
    this.#queue.writeOut();
    this.#state = 'ended';
    this.#parser.stop();
    this.#client.closed();
    this.#ends.startTls?.();
  }

  #bound({ session, answer }: Negotiated): void {
    // On resumption the session keeps its line; the one of this connection is not needed.
    if (session.client !== this.#client) {
      this.#events.target = null;
      this.#client.closed();
    }
    this.#client = session.client;
    this.#session = session;
    session.attach(this);
    if (answer === null) {
      session.resumed();
      return;
    }
    this.#events.target = session;
    this.write(answer);
  }

  #leave(isDeliberate: boolean): void {
    const session = this.#session;
    this.#session = null;
    if (session === null) this.#client.closed();
    else session.detach(this, isDeliberate);
  }

  #heard(): void {
    this.#heardAtMs = this.#host.clock.monotonicMs();
    this.#client.heartbeat();
  }

  #emptied(): void {
    if (this.#isFull) {
      this.#isFull = false;
      this.#hold();
    }
    this.#session?.emptied();
    this.#client.drained();
  }

  /** Whoever does not read may not ask. */
  #pauseIfFull(): void {
    if (this.#isFull || !this.isOpen) return;
    this.#isFull = this.#queue.queuedBytes > this.#host.deps.core.limits.outboundPauseBytes;
    this.#hold();
  }

  #hold(): void {
    const isHeld = this.#isBusy || this.#isFull;
    if (isHeld === this.#isReadingHeld || !this.isOpen) return;
    this.#isReadingHeld = isHeld;
    if (isHeld) this.#ends.link.pause();
    else this.#ends.link.resume();
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof StreamError) {
      this.end(error.condition, error.message, error.specific);
      return;
    }
    this.#host.deps.report(error);
    this.end('internal-server-error');
  }
}

function errorXml(condition: StreamCondition, detail: string, specific: Xml): Xml {
  const children = [xml(condition, { xmlns: NS.streamErrors })];
  if (detail !== '')
    children.push(xml('text', { xmlns: NS.streamErrors, 'xml:lang': OWN_LANGUAGE }, xmlText(detail)));
  return xml('stream:error', {}, ...children, specific);
}

/** §4.7.4. */
function otherLanguage(text: string | undefined): string {
  const language = languageOf(text);
  return language.toLowerCase() === OWN_LANGUAGE ? '' : language;
}
