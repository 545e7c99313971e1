import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import { LIMITS } from '@skein/model';
import { type TestPort, TestSocket, until } from '../../testing/test-port.ts';
import type { Element } from '../xml/element.ts';
import { StanzaParser } from '../xml/stanza-parser.ts';

export const PASSWORD = 'a good password';
const HEADER =
  "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'";

interface Arrival {
  readonly resource?: string;
  /** Says nothing of being there. */
  readonly isQuiet?: boolean;
  readonly language?: string;
}

/** Somebody with an XMPP client, who says stanzas as text and reads them parsed. */
export class XmppPerson {
  link: TestSocket;
  readonly stanzas: Element[] = [];
  headers: Element[] = [];
  isClosed = false;
  jid = '';
  /** Said by the header of every stream, unless it is empty. */
  language = '';
  #parser = this.#newParser();
  #parsedBytes = 0;
  #readCount = 0;

  private constructor(link: TestSocket) {
    this.link = link;
  }

  static async connect(port: TestPort): Promise<XmppPerson> {
    return new XmppPerson(await TestSocket.open(port.port));
  }

  /** Signed in with SCRAM, bound, and there. */
  static async arrive(port: TestPort, name: string, more: Arrival = {}) {
    const person = await XmppPerson.connect(port);
    person.language = more.language ?? '';
    await person.signIn(name);
    await person.bind(more.resource ?? 'orchard');
    if (more.isQuiet !== true) person.say('<presence/>');
    return person;
  }

  get bare(): string {
    return this.jid.replace(/\/.*$/s, '');
  }

  say(text: string): void {
    this.link.write(text);
  }

  async open(): Promise<Element> {
    this.#parser = this.#newParser();
    this.#parsedBytes = this.link.received.length;
    this.say(`${HEADER}${this.language === '' ? '' : ` xml:lang='${this.language}'`}>`);
    return this.reads('features');
  }

  async signIn(name: string, password = PASSWORD): Promise<void> {
    await this.open();
    await this.scram(name, password);
    await this.reads('success');
    await this.open();
  }

  /** RFC 7677 from the client's side. */
  async scram(name: string, password: string): Promise<void> {
    const bare = `n=${name},r=abcdefgh`;
    this.say(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>${base64(`n,,${bare}`)}</auth>`,
    );
    const challenge = await this.reads('challenge');
    const serverFirst = Buffer.from(textIn(challenge), 'base64').toString();
    const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(serverFirst) ?? [];
    const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=${base64('n,,')},r=${nonce}`;
    const storedKey = createHash('sha256').update(clientKey).digest();
    const signature = hmac(storedKey, `${bare},${serverFirst},${withoutProof}`);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    this.say(
      `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${base64(`${withoutProof},p=${proof.toString('base64')}`)}</response>`,
    );
  }

  async bind(resource: string): Promise<void> {
    const answer = await this.asks(
      'set',
      `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`,
    );
    this.jid = textIn(find(answer, 'jid'));
  }

  /** Sends a request and reads its answer. */
  async asks(type: 'get' | 'set', payload: string, to?: string): Promise<Element> {
    const id = `q${Math.random().toString(36).slice(2)}`;
    this.say(`<iq type='${type}' id='${id}'${to === undefined ? '' : ` to='${to}'`}>${payload}</iq>`);
    const isIt = ({ name, attrs }: Element): boolean => name === 'iq' && attrs['id'] === id;
    await until(() => this.heard().some(isIt));
    return this.heard().find(isIt) as Element;
  }

  /** The next element of this name that also fits; those before it are passed over. */
  async reads(name: string, fits: (element: Element) => boolean = () => true): Promise<Element> {
    const at = (): number =>
      this.heard().findIndex(
        (element, index) => index >= this.#readCount && element.name === name && fits(element),
      );
    await until(() => at() !== -1);
    this.#readCount = at() + 1;
    return this.stanzas[this.#readCount - 1] as Element;
  }

  /** The next message that has an element of this name in it. */
  readsMessage(inside = 'body'): Promise<Element> {
    return this.reads('message', (message) => has(message, inside));
  }

  /** Everything that has come so far. */
  heard(): readonly Element[] {
    const { received } = this.link;
    if (received.length > this.#parsedBytes) {
      const fresh = received.subarray(this.#parsedBytes);
      this.#parsedBytes = received.length;
      this.#parser.write(fresh);
    }
    return this.stanzas;
  }

  /** A round trip: whatever was to come before it has come. */
  async sync(): Promise<void> {
    await this.asks('get', "<ping xmlns='urn:xmpp:ping'/>", 'localhost');
  }

  /** Goes on inside TLS. */
  async secure(): Promise<void> {
    const { socket } = this.link;
    socket.removeAllListeners('data');
    const inside = connectTls({ socket, rejectUnauthorized: false });
    await new Promise((resolve) => inside.once('secureConnect', resolve));
    this.link = TestSocket.over(inside);
    this.#parsedBytes = 0;
  }

  #newParser(): StanzaParser {
    return new StanzaParser(
      {
        opened: (header) => this.headers.push(header),
        stanza: (stanza) => this.stanzas.push(stanza),
        closed: () => {
          this.isClosed = true;
        },
      },
      LIMITS,
    );
  }
}

/** Whether there is an element of this name somewhere inside. */
export function has(element: Element, name: string): boolean {
  return allOf(element, name).length > 0;
}

export function find(element: Element, name: string): Element {
  const [found] = allOf(element, name);
  if (found === undefined) throw new Error(`no <${name}> in ${show(element)}`);
  return found;
}

export function allOf(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return [...(child.name === name ? [child] : []), ...allOf(child, name)];
  });
}

export function textIn(element: Element): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('');
}

export function show(element: Element): string {
  return JSON.stringify(element, ['name', 'attrs', 'children', 'type', 'id', 'from', 'to']);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
