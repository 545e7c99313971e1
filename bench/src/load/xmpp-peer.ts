import { openWire, type Wire } from './transport.ts';

export interface XmppPeerOptions {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Stanzas that the server said it has handled, in all. */
  readonly onHandled?: (count: number) => void;
  readonly onMessages?: (count: number) => void;
}

const DOMAIN = 'localhost';
const SIGN_IN_WITHIN_MS = 20_000;

/**
 * A client of XMPP that reads as little as it takes: it looks for the ends of messages and for acknowledgements, and
 * answers what it is asked. Stream management is on, as it is in every client that people use on phones.
 */
export class XmppPeer {
  readonly #options: XmppPeerOptions;
  #wire: Wire | null = null;
  #text = '';
  #wanted: { readonly pattern: RegExp; readonly resolve: () => void } | null = null;
  #messages = 0;
  #isCounting = false;

  private constructor(options: XmppPeerOptions) {
    this.#options = options;
  }

  static async connect(options: XmppPeerOptions): Promise<XmppPeer> {
    const peer = new XmppPeer(options);
    peer.#wire = await openWire('tcp', options.port, {
      data: (bytes) => peer.#read(bytes),
      closed: () => undefined,
    });
    await peer.#signIn();
    return peer;
  }

  write(bytes: string | Uint8Array): void {
    this.#wire?.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  }

  async #signIn(): Promise<void> {
    const { user, password } = this.#options;
    const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
    await this.#say(streamHeader(), /<\/stream:features>/);
    const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`;
    await this.#say(auth, /<success/);
    await this.#say(streamHeader(), /<\/stream:features>/);
    const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind>";
    await this.#say(`<iq type='set' id='bind'>${bind}</iq>`, /<\/iq>/);
    await this.#say("<enable xmlns='urn:xmpp:sm:3'/>", /<enabled/);
    this.write('<presence/>');
    this.#text = '';
    this.#isCounting = true;
  }

  #say(words: string, answer: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no ${answer} after ${words}: ${this.#text.slice(-500)}`)),
        SIGN_IN_WITHIN_MS,
      );
      this.#wanted = {
        pattern: answer,
        resolve: () => {
          clearTimeout(timer);
          this.#text = '';
          resolve();
        },
      };
      this.write(words);
    });
  }

  #read(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes).toString('latin1');
    if (this.#isCounting) this.#count();
    else if (this.#wanted?.pattern.test(this.#text) === true) this.#wanted.resolve();
  }

  #count(): void {
    // What follows the last tag that is whole waits for the rest of it.
    const end = this.#text.lastIndexOf('>') + 1;
    const whole = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    const messages = occurrences(whole, '</message>');
    this.#messages += messages;
    // Asked how many stanzas came: presences and iqs of the beginning do not matter to anybody here.
    if (whole.includes('<r ') || whole.includes('<r/>')) {
      this.write(`<a xmlns='urn:xmpp:sm:3' h='${this.#messages}'/>`);
    }
    const handled = lastHandled(whole);
    if (messages > 0) this.#options.onMessages?.(messages);
    if (handled !== null) this.#options.onHandled?.(handled);
  }
}

function streamHeader(): string {
  const names = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'";
  return `<stream:stream to='${DOMAIN}' version='1.0' ${names}>`;
}

function occurrences(text: string, of: string): number {
  let count = 0;
  for (let at = text.indexOf(of); at !== -1; at = text.indexOf(of, at + of.length)) count++;
  return count;
}

function lastHandled(text: string): number | null {
  const at = text.lastIndexOf('<a ');
  if (at === -1) return null;
  const h = /\bh=['"](\d+)['"]/.exec(text.slice(at))?.[1];
  return h === undefined ? null : Number(h);
}
