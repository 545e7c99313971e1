import { createHash, createHmac, pbkdf2 } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { XMPP_HEADER } from './xmpp-peer.ts';

const derive = promisify(pbkdf2);

const SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const SM = "xmlns='urn:xmpp:sm:3'";
const NONCE = 'nonce-of-the-storm';
const KEY_BYTES = 32;
const ANSWER_MS_MAX = 30_000;
// XEP-0198 §2 counts three kinds; nothing that is told here has one inside another. Between two of them it asks for the count.
const END_OR_QUESTION = /<\/(?:message|iq|presence)>|<presence [^>]*\/>|<r [^>]*\/>/g;
const BODY = /<body>([^<]*)<\/body>/g;

/** Somebody's account, and what its clients have worked out of the password: RFC 5802 §5.1 has them keep that. */
export class StormAccount {
  readonly user: string;
  readonly #password: string;
  #clientKey: Promise<Buffer> | null = null;

  constructor(user: string, password: string) {
    this.user = user;
    this.#password = password;
  }

  clientKey(salt: string, iterations: number): Promise<Buffer> {
    this.#clientKey ??= derive(
      this.#password,
      Buffer.from(salt, 'base64'),
      iterations,
      KEY_BYTES,
      'sha256',
    ).then((salted) => hmac(salted, 'Client Key'));
    return this.#clientKey;
  }
}

/** A client of XMPP that counts what it hears and takes its session up again, as those on phones do. */
export class XmppStormClient {
  readonly account: StormAccount;
  readonly #resource: string;
  readonly #port: number;
  readonly texts: string[] = [];
  #socket: Socket | null = null;
  /** What was heard and not looked at yet. */
  #text = '';
  #session = '';
  #stanzas = 0;
  #isCounting = false;
  /** Looks for what is waited for; told when nothing more will come. */
  #look: (isOver: boolean) => void = () => undefined;

  constructor(port: number, account: StormAccount, resource: string) {
    this.#port = port;
    this.account = account;
    this.#resource = resource;
  }

  /** Errors: rejects when the server does not answer, or otherwise than it should. */
  async arrive(): Promise<void> {
    await this.#signIn();
    const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${this.#resource}</resource></bind>`;
    await this.#says(`<iq type='set' id='bind'>${bind}</iq>`, /<\/iq>/);
    const [, session = ''] = await this.#says(
      `<enable ${SM} resume='true'/>`,
      /<enabled[^>]* id='([^']+)'[^>]*\/>/,
    );
    this.#session = session;
    this.#count();
    this.#socket?.write('<presence/>');
  }

  /** As a tunnel does to a phone. */
  cut(): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#isCounting = false;
  }

  /** Whether the session was taken up again; false where the server wants to be asked later. */
  async comeBack(): Promise<boolean> {
    try {
      await this.#signIn();
      await this.#says(`<resume ${SM} previd='${this.#session}' h='${this.#stanzas}'/>`, /<resumed [^>]*\/>/);
    } catch {
      this.cut();
      return false;
    }
    this.#count();
    return true;
  }

  async #signIn(): Promise<void> {
    this.#text = '';
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#look(true));
    socket.on('data', (bytes) => this.#hear(bytes.toString('latin1')));
    await this.#says(XMPP_HEADER, /<\/stream:features>/);
    const first = `n=${this.account.user},r=${NONCE}`;
    const [, challenge = ''] = await this.#says(
      `<auth ${SASL} mechanism='SCRAM-SHA-256'>${base64(`n,,${first}`)}</auth>`,
      /<challenge[^>]*>([^<]+)<\/challenge>/,
    );
    await this.#says(
      `<response ${SASL}>${await this.#proof(first, challenge)}</response>`,
      /<success[^>]*>[^<]*<\/success>/,
    );
    await this.#says(XMPP_HEADER, /<\/stream:features>/);
  }

  /** RFC 5802 §3. */
  async #proof(clientFirst: string, challenge: string): Promise<string> {
    const serverFirst = Buffer.from(challenge, 'base64').toString();
    const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(serverFirst) ?? [];
    const clientKey = await this.account.clientKey(salt, Number(iterations));
    const withoutProof = `c=${base64('n,,')},r=${nonce}`;
    const storedKey = createHash('sha256').update(clientKey).digest();
    const signature = hmac(storedKey, `${clientFirst},${serverFirst},${withoutProof}`);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    return base64(`${withoutProof},p=${proof.toString('base64')}`);
  }

  /** What answers, with the groups of the pattern; what follows it is kept. */
  #says(words: string, answer: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${why} instead of ${answer}: ${this.#text}`));
      if (this.#socket?.destroyed !== false) {
        fail('an end');
        return;
      }
      const timer = setTimeout(() => fail('nothing'), ANSWER_MS_MAX);
      this.#look = (isOver) => {
        const found = answer.exec(this.#text);
        if (found === null && !isOver) return;
        clearTimeout(timer);
        this.#look = () => undefined;
        if (found === null) fail('an end');
        else {
          this.#text = this.#text.slice(found.index + found[0].length);
          resolve(found);
        }
      };
      this.#socket?.write(words);
    });
  }

  #count(): void {
    this.#isCounting = true;
    this.#hear('');
  }

  #hear(text: string): void {
    this.#text += text;
    if (!this.#isCounting) {
      this.#look(/<fail(?:ed|ure) /.test(this.#text));
      return;
    }
    // A tag that is not whole waits for its rest, and a stanza for its end.
    let end = 0;
    let isAsked = false;
    for (const match of this.#text.matchAll(END_OR_QUESTION)) {
      if (match[0].startsWith('<r ')) isAsked = true;
      else this.#stanzas++;
      end = match.index + match[0].length;
    }
    for (const [, body = ''] of this.#text.slice(0, end).matchAll(BODY)) this.texts.push(body);
    this.#text = this.#text.slice(end);
    if (isAsked) this.#socket?.write(`<a ${SM} h='${this.#stanzas}'/>`);
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
