import { connect } from 'node:tls';
import type { SeededRandom } from '@skein/testkit';
import { type HttpWords, hostileHttp } from './hostile-http.ts';
import { HTTP2_PREFACE, hostileHttp2 } from './hostile-http2.ts';
import { RawPeer } from './raw-peer.ts';
import type { Talker, Way } from './way.ts';

const STRANGER: HttpWords = { token: 'AAAA.BBBB', cursor: 'epoch.1', tunnel: 'A'.repeat(43) };
const PEOPLE = 10;
// Some procedures end the session or the tunnel they are asked with.
const RENEW_CHANCE = 0.1;
const SIGN_IN_TRIES = 20;
/** Far below the 31 bits of RFC 9113 §5.1.1. */
const STREAM_ID_MAX = 1_000_000;

/** Requests with words that the server never gave. */
export const HTTP_BEFORE: Way = {
  name: 'http before',
  open: (port) => open(port),
  next: (random) => hostileHttp(random, STRANGER),
};

/** Requests of people who have signed in, opened a tunnel and asked for changes. */
export function httpAfter(): Way {
  const held: HttpWords[] = [];
  return {
    name: 'http after',
    async open(port, random) {
      if (held.length < PEOPLE) held.push(await signInToHttp(port, `fuzzer${held.length}`));
      else if (random.chance(RENEW_CHANCE)) {
        const index = random.int(held.length);
        held[index] = await signInToHttp(port, `fuzzer${index}`);
      }
      return open(port);
    },
    next: (random: SeededRandom) => hostileHttp(random, random.pick(held)),
  };
}

/** Frames of HTTP/2 inside TLS, with the words of somebody who has signed in. */
export function http2After(): Way {
  let words: Promise<HttpWords> | null = null;
  let known = STRANGER;
  let stream = -1;
  const nextId = (): number => (stream += 2);
  return {
    name: 'http2 after',
    async open(port, random) {
      if (words === null || random.chance(RENEW_CHANCE)) words = signInToHttp(port, 'fuzzer2');
      known = await words;
      // Shared by the connections that are open at once: their ids still grow, as each of them needs it.
      if (stream > STREAM_ID_MAX) stream = -1;
      return openTls(port);
    },
    next: (random) => hostileHttp2(random, known, nextId),
  };
}

async function openTls(port: number): Promise<Talker> {
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

async function open(port: number): Promise<RawPeer> {
  const peer = new RawPeer(port);
  await peer.opened;
  return peer;
}

/** Again where another lane signed the same person out meanwhile, with a good token and a hostile request. */
export async function signInToHttp(port: number, user: string): Promise<HttpWords> {
  for (let tries = 1; ; tries++) {
    const words = await trySignIn(`http://127.0.0.1:${port}`, user);
    if (words !== null) return words;
    if (tries === SIGN_IN_TRIES) throw new Error(`${user} was never let in`);
  }
}

async function trySignIn(url: string, user: string): Promise<HttpWords | null> {
  const signedIn = await answerOf(`${url}/rpc/skein.v1.Accounts/SignIn`, {
    method: 'POST',
    body: JSON.stringify({ dev: user, installation: `installation-of-http-${user}` }),
    headers: { 'Content-Type': 'application/json' },
  });
  const token = (signedIn?.['tokens'] as { accessToken: string } | undefined)?.accessToken;
  const headers = { Authorization: `Bearer ${token}` };
  // Somewhere to write: most of what is refused is refused because nobody is a member of anything.
  const group = JSON.stringify({ key: 'fuzz', title: user, open: true });
  await answerOf(`${url}/rpc/skein.v1.Conversations/CreateGroup`, {
    method: 'POST',
    body: group,
    headers: { ...headers, 'Content-Type': 'application/json' },
  });
  const cursor = (await answerOf(`${url}/v1/poll`, { headers }))?.['cursor'];
  const tunnel = (await answerOf(`${url}/v1/tunnel`, { method: 'POST' }))?.['tunnel'];
  return token === undefined || typeof cursor !== 'string' || typeof tunnel !== 'string'
    ? null
    : { token, cursor, tunnel };
}

/** Null for what was refused. */
async function answerOf(url: string, init: RequestInit): Promise<Record<string, unknown> | null> {
  const response = await fetch(url, init);
  const text = await response.text();
  return response.ok ? (JSON.parse(text) as Record<string, unknown>) : null;
}
