import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Deviation, expectEqual, expectThat, type Scenario } from '../scenario.ts';
import { OPCODE } from './frame.ts';
import { WebSocketPeer, type WebSocketTarget } from './web-socket-peer.ts';

type Listed = Scenario<WebSocketTarget>;

const { text: TEXT, binary: BINARY, continuation: CONTINUATION } = OPCODE;
const RSV1 = 4;
const NAME = 'permessage-deflate';
// RFC 7692 §7.2.1: what a flush leaves at the end is left out, and put back before it is read.
const TAIL = Buffer.of(0, 0, 0xff, 0xff);
const WORDS = 'Hello-µ@ßöäüàá-UTF-8!! 鸿雁 😀 '.repeat(20);

/** RFC 7692. A server may decline the extension; then there is nothing to keep but to speak as if it had not been offered. */
export const COMPRESSION_SCENARIOS: readonly Listed[] = [
  compressed('§6.2', 'reads a message that is compressed', NAME, async (peer) => {
    peer.send({ opcode: TEXT, payload: deflate(WORDS), reserved: RSV1 });
    await expectSaid(peer, TEXT, WORDS);
  }),
  compressed(
    '§6.1',
    'reads fragments of a compressed message, of which the first one says so',
    NAME,
    async (peer) => {
      const bytes = deflate(WORDS);
      const cut = Math.floor(bytes.length / 2);
      peer.send({ opcode: TEXT, payload: bytes.subarray(0, cut), reserved: RSV1, isFinal: false });
      peer.send({ opcode: CONTINUATION, payload: bytes.subarray(cut) });
      await expectSaid(peer, TEXT, WORDS);
    },
  ),
  compressed(
    '§6.1',
    'fails a connection on a later fragment that says it is compressed',
    NAME,
    async (peer) => {
      peer.send({ opcode: TEXT, payload: deflate(WORDS), reserved: RSV1, isFinal: false });
      peer.send({ opcode: CONTINUATION, payload: '', reserved: RSV1 });
      await peer.expectFailed(1002);
    },
  ),
  compressed('§6.1', 'fails a connection on a compressed ping', NAME, async (peer) => {
    peer.send({ opcode: OPCODE.ping, payload: deflate('x'), reserved: RSV1 });
    await peer.expectFailed(1002);
  }),
  compressed('§6', 'reads messages that are not compressed beside those that are', NAME, async (peer) => {
    peer.send({ opcode: TEXT, payload: 'plain' });
    await expectSaid(peer, TEXT, 'plain');
    peer.send({ opcode: TEXT, payload: deflate(WORDS), reserved: RSV1 });
    await expectSaid(peer, TEXT, WORDS);
  }),
  compressed('§7.2.2', 'reads bytes that do not get smaller, and none at all', NAME, async (peer) => {
    for (const payload of [randomBytes(100_000), Buffer.alloc(0)]) {
      peer.send({ opcode: BINARY, payload: deflate(payload), reserved: RSV1 });
      await expectSaid(peer, BINARY, payload);
    }
  }),
  compressed('§7.2.2', 'fails a connection on bytes that are no compression', NAME, async (peer) => {
    peer.send({ opcode: TEXT, payload: Buffer.alloc(20, 0xff), reserved: RSV1 });
    await peer.expectFailed(1002, 1003, 1007);
  }),
  compressed('§6.2', 'fails a connection on a text that is no UTF-8 once it is read', NAME, async (peer) => {
    peer.send({ opcode: TEXT, payload: deflate(Buffer.of(0x68, 0xff)), reserved: RSV1 });
    await peer.expectFailed(1007);
  }),
  must('§7.1.1.1', 'answers a wish to keep no context with the same, or declines', async (target) => {
    const agreed = await agreedOn(target, `${NAME}; server_no_context_takeover`);
    expectThat(agreed === null || agreed.has('server_no_context_takeover'), 'agreed without it');
  }),
  must(
    '§7.1.2.1',
    'answers a wish for a small window with one that is no larger, or declines',
    async (target) => {
      const agreed = await agreedOn(target, `${NAME}; server_max_window_bits=10`);
      const bits = Number(agreed?.get('server_max_window_bits') ?? 15);
      expectThat(agreed === null || bits <= 10, `agreed on ${bits} bits`);
    },
  ),
  must('§7.1.2.2', 'asks for no window of the client where that did not say it can', async (target) => {
    const agreed = await agreedOn(target, NAME);
    expectThat(agreed?.has('client_max_window_bits') !== true, 'asked for one');
  }),
  ...[
    'server_max_window_bits=7',
    'server_max_window_bits=16',
    'server_max_window_bits=08',
    'server_no_context_takeover=1',
    'unheard_of',
    'server_no_context_takeover; server_no_context_takeover',
  ].map((parameters) =>
    must('§7.1', `declines an offer with ${parameters}`, async (target) => {
      const [peer, { status, headers }] = await WebSocketPeer.ask(target, offering(`${NAME}; ${parameters}`));
      using _ = peer;
      // Also the handshake as a whole may be refused, where a header is malformed.
      expectThat(status === 400 || status === 101, `answered ${status}`);
      expectEqual(headers.get('sec-websocket-extensions'), undefined, 'what was agreed on');
    }),
  ),
  must('§5.1', 'takes the next offer where the first one is none', async (target) => {
    const agreed = await agreedOn(target, `${NAME}; server_max_window_bits=10; unheard_of, ${NAME}`);
    const other = await agreedOn(target, NAME);
    expectEqual(agreed === null, other === null, 'whether it declined');
  }),
];

function must(clause: string, title: string, run: Listed['run']): Listed {
  return { clause: `RFC 7692 ${clause}`, title, level: 'must', run };
}

function compressed(
  clause: string,
  title: string,
  offer: string,
  talk: (peer: WebSocketPeer) => Promise<void>,
): Listed {
  return must(clause, title, async (target) => {
    const [peer, { headers }] = await WebSocketPeer.ask(target, offering(offer));
    using _ = peer;
    if (headers.get('sec-websocket-extensions') !== undefined) await talk(peer);
  });
}

function offering(offer: string) {
  return { headers: { 'Sec-WebSocket-Extensions': offer } };
}

/** The parameters that the server answers; null where it declines. */
async function agreedOn(target: WebSocketTarget, offer: string): Promise<Map<string, string> | null> {
  const [peer, { status, headers }] = await WebSocketPeer.ask(target, offering(offer));
  using _ = peer;
  expectEqual(status, 101, 'status of the handshake');
  const agreed = headers.get('sec-websocket-extensions');
  if (agreed === undefined) return null;
  const [name, ...parameters] = agreed.split(';').map((part) => part.trim());
  expectEqual(name, NAME, 'extension');
  return new Map(parameters.map((parameter) => parameter.split('=') as [string, string]));
}

function deflate(payload: Uint8Array | string): Buffer {
  const bytes = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
  return bytes.subarray(0, bytes.length - TAIL.length);
}

/** The same message back, in one frame or several, compressed or not. */
async function expectSaid(peer: WebSocketPeer, opcode: number, payload: Uint8Array | string): Promise<void> {
  const first = await peer.readFrame();
  const parts = [first];
  while (parts.at(-1)?.isFinal === false) parts.push(await peer.readFrame());
  expectEqual(first.opcode, opcode, 'opcode of the echo');
  const said = Buffer.concat(parts.map((part) => part.payload));
  const echo = first.reserved === RSV1 ? inflate(said) : said;
  expectThat(echo.equals(Buffer.from(payload)), 'the echo has other bytes than the message');
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(Buffer.concat([bytes, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    throw new Deviation('the echo is no compression');
  }
}
