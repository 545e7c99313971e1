import { randomBytes } from 'node:crypto';
import { expectThat, type Scenario } from '../scenario.ts';
import { encodeFragments, encodeFrame, type FrameInit, OPCODE } from './frame.ts';
import { WebSocketPeer, type WebSocketTarget } from './web-socket-peer.ts';

type Listed = Scenario<WebSocketTarget>;

const { text: TEXT, binary: BINARY, continuation: CONTINUATION, ping: PING, pong: PONG } = OPCODE;
/** Either side of each change in the form of the length (§5.2). */
const LENGTHS = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1_000_000];
const MIB = 2 ** 20;
const WORDS = 'Hello-µ@ßöäüàá-UTF-8!! 鸿雁 😀';

/** RFC 6455 §5.2–§5.6: frames, fragments, and what they carry. */
export const MESSAGE_SCENARIOS: readonly Listed[] = [
  ...LENGTHS.flatMap((length) => [
    echoes('§5.2', `carries a text of ${length} bytes`, TEXT, '*'.repeat(length)),
    echoes('§5.2', `carries ${length} bytes of binary`, BINARY, randomBytes(length)),
  ]),
  echoes('§5.6', 'carries text of any language', TEXT, WORDS),
  must('§5.2', 'reads a frame that comes byte by byte', async (peer) => {
    await peer.socket.writeSlowly(encodeFrame({ opcode: TEXT, payload: WORDS }));
    await peer.expectEcho(TEXT, WORDS);
  }),
  must('§5.2', 'reads many messages that come in one segment, in their order', async (peer) => {
    const messages = Array.from({ length: 200 }, (_, at) => `message ${at}`);
    peer.socket.write(Buffer.concat(messages.map((payload) => encodeFrame({ opcode: TEXT, payload }))));
    for (const message of messages) await peer.expectEcho(TEXT, message);
  }),
  must('§5.1', 'masks nothing that it sends', async (peer) => {
    peer.send({ opcode: TEXT, payload: 'hello' });
    await peer.expectEcho(TEXT, 'hello');
  }),
  fails('§5.1', 'fails a connection on a frame that is not masked', [1002], {
    opcode: TEXT,
    isMasked: false,
  }),
  ...[1, 2, 3, 4, 5, 6, 7].map((reserved) =>
    fails('§5.2', `fails a connection on reserved bits ${reserved.toString(2).padStart(3, '0')}`, [1002], {
      opcode: TEXT,
      payload: 'hello',
      reserved,
    }),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    fails('§5.2', `fails a connection on the reserved opcode ${opcode}`, [1002], { opcode, payload: 'x' }),
  ),
  must('§5.2', 'fails a connection on a length whose highest bit is set', async (peer) => {
    peer.socket.write(Buffer.of(0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4));
    await peer.expectFailed(1002, 1009);
  }),

  must('§5.4', 'joins the fragments of a text', async (peer) => {
    peer.send({ opcode: TEXT, payload: 'frag', isFinal: false });
    peer.send({ opcode: CONTINUATION, payload: 'men', isFinal: false });
    peer.send({ opcode: CONTINUATION, payload: 'ted' });
    await peer.expectEcho(TEXT, 'fragmented');
  }),
  must('§5.4', 'joins fragments that are empty', async (peer) => {
    peer.send({ opcode: TEXT, isFinal: false });
    peer.send({ opcode: CONTINUATION, payload: 'middle', isFinal: false });
    peer.send({ opcode: CONTINUATION });
    await peer.expectEcho(TEXT, 'middle');
  }),
  must('§5.4', 'joins fragments that split a character', async (peer) => {
    const bytes = Buffer.from(WORDS);
    bytes.forEach((byte, at) => {
      const opcode = at === 0 ? TEXT : CONTINUATION;
      peer.send({ opcode, payload: Uint8Array.of(byte), isFinal: at === bytes.length - 1 });
    });
    await peer.expectEcho(TEXT, WORDS);
  }),
  // The sizes of the published suites.
  ...[64, 4_096, 262_144].map((bytes) =>
    must('§5.4', `joins 4 MiB of fragments of ${bytes} bytes`, async (peer) => {
      const payload = randomBytes(4 * MIB);
      peer.socket.write(encodeFragments(payload, bytes));
      await peer.expectEcho(BINARY, payload);
    }),
  ),
  echoes('§5.2', 'carries 16 MiB', BINARY, randomBytes(16 * MIB)),
  must('§5.4', 'answers a ping between two fragments, and joins them all the same', async (peer) => {
    peer.send({ opcode: TEXT, payload: 'one ', isFinal: false });
    peer.send({ opcode: PING, payload: 'still there?' });
    const pong = await peer.readFrame();
    expectThat(pong.opcode === PONG, `opcode ${pong.opcode} instead of a pong`);
    peer.send({ opcode: CONTINUATION, payload: 'two' });
    await peer.expectEcho(TEXT, 'one two');
  }),
  fails('§5.4', 'fails a connection on a continuation of nothing', [1002], {
    opcode: CONTINUATION,
    payload: 'x',
  }),
  fails(
    '§5.4',
    'fails a connection on a continuation after the last fragment',
    [1002],
    [
      { opcode: TEXT, payload: 'a', isFinal: false },
      { opcode: CONTINUATION, payload: 'b' },
      { opcode: CONTINUATION, payload: 'c' },
    ],
  ),
  fails(
    '§5.4',
    'fails a connection on a new message between two fragments',
    [1002],
    [
      { opcode: TEXT, payload: 'a', isFinal: false },
      { opcode: TEXT, payload: 'b' },
    ],
  ),

  ...['', 'Hello', Buffer.of(0, 0xff, 0xfe, 0xfd), 'x'.repeat(125)].map((payload) =>
    must('§5.5.3', `answers a ping of ${payload.length} bytes with the same bytes`, async (peer) => {
      peer.send({ opcode: PING, payload });
      const pong = await peer.readFrame();
      expectThat(pong.opcode === PONG, `opcode ${pong.opcode} instead of a pong`);
      expectThat(pong.payload.equals(Buffer.from(payload)), 'the pong has other bytes than the ping');
    }),
  ),
  must('§5.5.3', 'lets a pong that nobody asked for pass', async (peer) => {
    peer.send({ opcode: PONG, payload: 'unasked' });
    peer.send({ opcode: TEXT, payload: 'hello' });
    await peer.expectEcho(TEXT, 'hello');
  }),
  fails('§5.5', 'fails a connection on a control frame of 126 bytes', [1002], {
    opcode: PING,
    payload: 'x'.repeat(126),
  }),
  fails('§5.5', 'fails a connection on a control frame in fragments', [1002], {
    opcode: PING,
    payload: 'x',
    isFinal: false,
  }),
];

function must(clause: string, title: string, talk: (peer: WebSocketPeer) => Promise<void>): Listed {
  return {
    clause: `RFC 6455 ${clause}`,
    title,
    level: 'must',
    run: async (target) => {
      using peer = await WebSocketPeer.open(target);
      await talk(peer);
    },
  };
}

function echoes(clause: string, title: string, opcode: number, payload: Uint8Array | string): Listed {
  return must(clause, title, async (peer) => {
    peer.send({ opcode, payload });
    await peer.expectEcho(opcode, payload);
  });
}

function fails(
  clause: string,
  title: string,
  codes: readonly number[],
  frames: FrameInit | readonly FrameInit[],
): Listed {
  return must(clause, title, async (peer) => {
    for (const frame of [frames].flat()) peer.send(frame);
    await peer.expectFailed(...codes);
  });
}
