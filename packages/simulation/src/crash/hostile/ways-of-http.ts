import { connect } from 'node:tls';
import type { SeededRandom } from '@skein/testkit';
import { AnswerTable, type Fate } from './answer-table.ts';
import { type AskingLine, openHttp1, openHttp2, type Told } from './asking-lines.ts';
import { type HttpWords, hostileHttp } from './hostile-http.ts';
import { HTTP2_PREFACE, hostileHttp2 } from './hostile-http2.ts';
import { HttpAccount } from './http-accounts.ts';
import { type PlausibleAsk, plausibleAsk } from './plausible-ask.ts';
import { RawPeer } from './raw-peer.ts';
import { type Line, type Talker, talkerOn, type Way } from './way.ts';

const STRANGER: HttpWords = {
  token: 'AAAA.BBBB',
  refresh: 'AAAA.BBBB',
  cursor: 'epoch.1',
  tunnel: 'A'.repeat(43),
  group: 1,
};
const PEOPLE = 10;
/** Of the token; a wrong password is a refusal like any other. */
const UNAUTHORIZED = /^auth\.(required|revoked|token_expired)$/;
/** Far below the 31 bits of RFC 9113 §5.1.1. */
const STREAM_ID_MAX = 1_000_000;

/** Requests with words that the server never gave. */
export const HTTP_BEFORE: Way = {
  name: 'http before',
  open: async (port) => talkerOn(await openTcp(port), (random) => hostileHttp(random, STRANGER)),
};

/** Requests of people who have signed in, opened a tunnel and asked for changes. */
export function httpAfter(): Way {
  const people = new People();
  return {
    name: 'http after',
    async open(port, random) {
      const person = await people.anyOf(port, random);
      return talkerOn(await openTcp(port), (said) => hostileHttp(said, person.words));
    },
  };
}

/** Frames of HTTP/2 inside TLS, with the words of people who have signed in. */
export function http2After(): Way {
  const people = new People();
  let stream = -1;
  const nextId = (): number => (stream += 2);
  return {
    name: 'http2 after',
    async open(port, random) {
      const person = await people.anyOf(port, random);
      // Shared by the connections that are open at once: their ids still grow, as each of them needs it.
      if (stream > STREAM_ID_MAX) stream = -1;
      return talkerOn(await openTls(port), (said) => hostileHttp2(said, person.words, nextId));
    },
  };
}

/** Procedures, with what they mostly take. */
export function httpProcedures(): Way {
  return procedures('http procedures', new People(), openHttp1);
}

/** The same over HTTP/2 inside TLS. */
export function http2Procedures(): Way {
  return procedures('http2 procedures', new People(), openHttp2);
}

function procedures(
  name: string,
  people: People,
  openLine: (port: number) => AskingLine | Promise<AskingLine>,
): Way {
  const answers = new AnswerTable();
  return {
    name,
    answers,
    async open(port, random) {
      const person = await people.anyOf(port, random);
      return askerOn(await openLine(port), person, answers);
    },
  };
}

function askerOn(line: AskingLine, person: HttpAccount, answers: AnswerTable): Talker {
  const lanes = Array.from({ length: line.atOnce }, () => Promise.resolve());
  let said = 0;
  const askOne = async (ask: PlausibleAsk): Promise<void> => {
    if (!line.isOpen) return;
    const told = await line.ask(ask, person.words.token);
    const fate = fateOf(told);
    answers.note(ask.procedure, fate, () => `${ask.procedure} ${ask.body}: ${JSON.stringify(told)}`);
    if (fate === 'unauthorized' && ask.isSignedIn) await person.renew();
  };
  return {
    get isOpen() {
      return line.isOpen;
    },
    say: (random) => {
      const lane = said++ % lanes.length;
      lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(() => askOne(plausibleAsk(random, person.words)));
    },
    settled: async () => {
      await Promise.all(lanes);
    },
    [Symbol.dispose]: () => line[Symbol.dispose](),
  };
}

/** [HT2] What is not carried out is a problem with a code of the core's. */
function fateOf(told: Told | null): Fate {
  if (told === null) return 'unanswered';
  const { status, type, body } = told;
  if (status === 200) return isJson(body) ? 'carried out' : 'strange';
  const code = /"code":"([a-z._]+)"/.exec(body)?.[1];
  if (type !== 'application/problem+json' || code === undefined || status < 400 || status === 500)
    return 'strange';
  return UNAUTHORIZED.test(code) ? 'unauthorized' : 'refused';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Ten people, made when they are first needed. */
class People {
  readonly #people = new Map<number, Promise<HttpAccount>>();

  async anyOf(port: number, random: SeededRandom): Promise<HttpAccount> {
    // A server with a certificate lets people in without it as well.
    const url = `http://127.0.0.1:${port}`;
    const index = random.int(PEOPLE);
    const known = this.#people.get(index) ?? HttpAccount.open(url, `fuzzer${index}`);
    this.#people.set(index, known);
    const person = await known;
    await person.renew();
    return person;
  }
}

async function openTls(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', ALPNProtocols: ['h2'], rejectUnauthorized: false });
  let isOpen = true;
  socket.on('error', () => {}); // 'close' follows
  socket.on('data', () => {});
  socket.once('close', () => (isOpen = false));
  await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve));
  const write = (bytes: Uint8Array | string): void => {
    if (!socket.destroyed) socket.write(bytes);
  };
  write(HTTP2_PREFACE);
  return {
    get isOpen() {
      return isOpen;
    },
    write,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

async function openTcp(port: number): Promise<RawPeer> {
  const peer = new RawPeer(port);
  await peer.opened;
  return peer;
}
