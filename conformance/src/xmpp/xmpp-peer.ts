import { randomBytes } from 'node:crypto';
import { type Address, ByteSocket } from '../byte-socket.ts';
import { Deviation, expectThat } from '../scenario.ts';
import { type Element, NS } from './element.ts';
import { XmlReader } from './xml-reader.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
}

export interface XmppTarget extends Address {
  readonly domain: string;
  /** Three people who do not know each other, and any number whose passwords are guessed at: a server may lock those out. */
  readonly accounts: readonly [Account, Account, Account, ...Account[]];
}

/** `null` leaves an attribute out. */
export type HeaderInit = Readonly<Record<string, string | null>>;

export type Fits = (element: Element) => boolean;

const WAIT_MS = 3_000;

/** An XMPP client that can say everything a client must not say. */
export class XmppPeer {
  readonly socket: ByteSocket;
  readonly target: XmppTarget;
  /** What has come and was not read yet. */
  unread: Element[] = [];
  jid = '';
  /** What every header of this peer says beside the usual. */
  about: HeaderInit = {};
  #reader = new XmlReader();

  private constructor(socket: ByteSocket, target: XmppTarget) {
    this.socket = socket;
    this.target = target;
  }

  static async connect(target: XmppTarget): Promise<XmppPeer> {
    return new XmppPeer(await ByteSocket.open(target), target);
  }

  get bare(): string {
    return this.jid.replace(/\/.*$/s, '');
  }

  get header(): Element | null {
    return this.#reader.header;
  }

  get isClosed(): boolean {
    return this.#reader.isClosed;
  }

  say(xml: string | Uint8Array): void {
    this.socket.write(xml);
  }

  sayHeader(attrs: HeaderInit = {}): void {
    this.#reader = new XmlReader();
    this.say(headerOf(this.target.domain, { ...this.about, ...attrs }));
  }

  /** Opens a stream and reads what it offers. */
  async open(attrs: HeaderInit = {}): Promise<Element> {
    this.sayHeader(attrs);
    return this.reads(({ name }) => name === 'features', 'features');
  }

  /** The first of what was not read yet that fits; what does not stays for others. */
  async reads(fits: Fits, what: string, waitMs = WAIT_MS): Promise<Element> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const at = this.unread.findIndex(fits);
      const [found] = at === -1 ? [] : this.unread.splice(at, 1);
      if (found !== undefined) return found;
      const error = this.unread.find((element) => element.is('error', NS.streams));
      if (error !== undefined) throw new Deviation(`${what} did not come, but ${error.xml}`);
      if (this.isClosed) throw new Deviation(`the stream was closed before ${what} came`);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0)
        throw new Deviation(
          `${what} did not come, but ${
            this.unread
              .map(({ xml }) => xml)
              .join('')
              .slice(0, 400) || 'nothing'
          }`,
        );
      this.unread.push(...this.#reader.read(await this.socket.readSome(what, leftMs)));
    }
  }

  readsMessage(fits: Fits, what = 'a message'): Promise<Element> {
    return this.reads((element) => element.is('message', NS.client) && fits(element), what);
  }

  readsBody(text: string): Promise<Element> {
    return this.readsMessage(
      (message) => message.child('body')?.text === text,
      `the message ${text.slice(0, 40)}`,
    );
  }

  readsPresence(from: string, type?: string): Promise<Element> {
    const fits: Fits = ({ name, attrs }) =>
      name === 'presence' && attrs['from'] === from && attrs['type'] === type;
    return this.reads(fits, `presence ${type ?? 'available'} from ${from}`);
  }

  /** Sends a request and reads its answer, whatever it is. */
  async asks(type: string, payload: string, to?: string): Promise<Element> {
    const id = newId();
    const address = to === undefined ? '' : ` to='${to}'`;
    this.say(`<iq type='${type}' id='${id}'${address}>${payload}</iq>`);
    return this.readsAnswer(id);
  }

  readsAnswer(id: string): Promise<Element> {
    const fits: Fits = ({ name, attrs }) =>
      name === 'iq' && attrs['id'] === id && ['result', 'error'].includes(attrs['type'] ?? '');
    return this.reads(fits, `the answer to ${id}`);
  }

  async getsResult(type: 'get' | 'set', payload: string, to?: string): Promise<Element> {
    const answer = await this.asks(type, payload, to);
    expectThat(answer.attrs['type'] === 'result', `refused: ${answer.xml}`);
    return answer;
  }

  async getsError(
    conditions: readonly string[],
    type: string,
    payload: string,
    to?: string,
  ): Promise<Element> {
    const answer = await this.asks(type, payload, to);
    expectStanzaError(answer, conditions);
    return answer;
  }

  /** A round trip: what the server wrote before has come. */
  async sync(): Promise<void> {
    await this.asks('get', `<ping xmlns='${NS.ping}'/>`, this.target.domain);
  }

  /** Nothing like this is among what has come. */
  expectNone(fits: Fits, what: string): void {
    const found = this.unread.find(fits);
    expectThat(found === undefined, `${what}: ${found?.xml ?? ''}`);
  }

  /** The stream ends with one of these errors, its closing tag, and the connection. */
  async expectStreamError(...conditions: readonly string[]): Promise<void> {
    const error = await this.reads(
      (element) => element.is('error', NS.streams),
      `an error ${conditions.join(' or ')}`,
    );
    const [condition] = error.elements;
    expectThat(
      condition?.ns === NS.streamErrors && conditions.includes(condition.name),
      `the stream ended with ${error.xml} instead of ${conditions.join(' or ')}`,
    );
    await this.expectEnd();
  }

  /** The server closes the stream and the connection. */
  async expectEnd(): Promise<void> {
    while (!this.isClosed) {
      this.unread.push(...this.#reader.read(await this.socket.readSome('the closing tag', WAIT_MS)));
    }
    await this.socket.over();
  }

  /** Leaves as a client should, and sees that the server has noticed. */
  async leave(): Promise<void> {
    this.say('</stream:stream>');
    try {
      await this.socket.over(1_000);
    } catch (error) {
      if (!(error instanceof Deviation)) throw error;
    }
    this.drop();
  }

  /** The network is gone. */
  drop(): void {
    this.socket[Symbol.dispose]();
  }
}

export function newId(): string {
  return randomBytes(6).toString('hex');
}

export function headerOf(domain: string, attrs: HeaderInit = {}): string {
  const all: HeaderInit = {
    to: domain,
    xmlns: NS.client,
    'xmlns:stream': NS.streams,
    version: '1.0',
    ...attrs,
  };
  const written = Object.entries(all).map(([name, value]) => (value === null ? '' : ` ${name}='${value}'`));
  return `<?xml version='1.0'?><stream:stream${written.join('')}>`;
}

/** RFC 6120 §8.3: an error of a stanza, in its form and with one of these conditions; none means any. */
export function expectStanzaError(stanza: Element, conditions: readonly string[]): void {
  expectThat(stanza.attrs['type'] === 'error', `not refused: ${stanza.xml}`);
  const error = stanza.child('error');
  const condition = error?.elements.find(({ ns }) => ns === NS.stanzas);
  const types = ['auth', 'cancel', 'continue', 'modify', 'wait'];
  expectThat(types.includes(error?.attrs['type'] ?? ''), `an error of no type: ${stanza.xml}`);
  expectThat(
    condition !== undefined && (conditions.length === 0 || conditions.includes(condition.name)),
    `${stanza.xml} instead of ${conditions.join(' or ')}`,
  );
}
