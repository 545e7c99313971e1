import { expectThat, type Scenario } from '../scenario.ts';
import { closeBody, OPCODE } from './frame.ts';
import { codeOf, WebSocketPeer, type WebSocketTarget } from './web-socket-peer.ts';

type Listed = Scenario<WebSocketTarget>;

const { text: TEXT, continuation: CONTINUATION, close: CLOSE, ping: PING } = OPCODE;
/** §7.4: what may stand in a close frame. */
const CODES_TAKEN = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
/** §7.4.1–2: reserved, never sent, or outside of every range. */
const CODES_REFUSED = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

/** §8.1, by what is wrong with the bytes. */
const ILL_FORMED: readonly (readonly [string, readonly number[]])[] = [
  ['a continuation byte alone', [0x80]],
  ['a start byte without its continuation', [0xc3]],
  ['a start byte before an ASCII one', [0xe2, 0x28, 0xa1]],
  ['an overlong form of two bytes', [0xc0, 0xaf]],
  ['an overlong form of three bytes', [0xe0, 0x80, 0xaf]],
  ['an overlong form of four bytes', [0xf0, 0x80, 0x80, 0xaf]],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
  ['the other half of a surrogate pair', [0xed, 0xbf, 0xbf]],
  ['a number beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['a form of five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['a byte that stands in no character', [0xff]],
];
const WELL_FORMED: readonly (readonly [string, readonly number[]])[] = [
  ['U+0000', [0x00]],
  ['the last of one byte', [0x7f]],
  ['the first of two bytes', [0xc2, 0x80]],
  ['the last of two bytes', [0xdf, 0xbf]],
  ['the first of three bytes', [0xe0, 0xa0, 0x80]],
  ['the last before the surrogates', [0xed, 0x9f, 0xbf]],
  ['the first after the surrogates', [0xee, 0x80, 0x80]],
  ['U+FFFE, which is no character', [0xef, 0xbf, 0xbe]],
  ['the first of four bytes', [0xf0, 0x90, 0x80, 0x80]],
  ['U+10FFFF', [0xf4, 0x8f, 0xbf, 0xbf]],
];

/** RFC 6455 §7 and §8.1: how a connection ends, and text that is none. */
export const CLOSING_SCENARIOS: readonly Listed[] = [
  must('§5.5.1', 'answers a close frame without a code with one, and ends the connection', async (peer) => {
    peer.send({ opcode: CLOSE });
    await peer.expectFailed(1000, 1005);
  }),
  ...CODES_TAKEN.map((code) =>
    must('§5.5.1', `answers a close frame with code ${code}, and ends the connection`, async (peer) => {
      peer.send({ opcode: CLOSE, payload: closeBody(code, 'so long') });
      const answer = await peer.readFrame();
      expectThat(answer.opcode === CLOSE, `opcode ${answer.opcode} instead of a close frame`);
      // §5.5.1: typically the code that was received, echoed.
      expectThat([code, 1000].includes(codeOf(answer)), `answered ${codeOf(answer)} to ${code}`);
      await peer.socket.over();
    }),
  ),
  ...CODES_REFUSED.map((code) =>
    must('§7.4', `takes ${code} in a close frame for a violation`, async (peer) => {
      peer.send({ opcode: CLOSE, payload: closeBody(code) });
      await peer.expectFailed(1002);
    }),
  ),
  must('§5.5.1', 'takes a close frame with one byte for a violation', async (peer) => {
    peer.send({ opcode: CLOSE, payload: Uint8Array.of(3) });
    await peer.expectFailed(1002);
  }),
  must('§5.5.1', 'takes a reason that is no UTF-8 for a violation', async (peer) => {
    peer.send({ opcode: CLOSE, payload: closeBody(1000, Uint8Array.of(0xce, 0xba, 0xed, 0xa0, 0x80)) });
    await peer.expectFailed(1002, 1007);
  }),
  must('§5.5', 'takes a close frame of 126 bytes for a violation', async (peer) => {
    peer.send({ opcode: CLOSE, payload: closeBody(1000, 'x'.repeat(124)) });
    await peer.expectFailed(1002);
  }),
  must('§5.5.1', 'reads nothing after a close frame', async (peer) => {
    peer.send({ opcode: CLOSE, payload: closeBody(1000) });
    peer.send({ opcode: TEXT, payload: 'too late' });
    peer.send({ opcode: PING, payload: 'too late' });
    const answer = await peer.readFrame();
    expectThat(answer.opcode === CLOSE, `opcode ${answer.opcode} instead of a close frame`);
    await peer.socket.over();
  }),
  must('§7.1.1', 'ends the connection itself, without waiting for the client', async (peer) => {
    peer.send({ opcode: CLOSE, payload: closeBody(1000) });
    await peer.socket.over(2_000);
  }),
  must('§7.1.7', 'forgets the fragments of a message that a close frame cuts off', async (peer) => {
    peer.send({ opcode: TEXT, payload: 'never finished', isFinal: false });
    peer.send({ opcode: CLOSE, payload: closeBody(1000) });
    await peer.expectFailed(1000);
  }),

  ...ILL_FORMED.map(([what, bytes]) =>
    must('§8.1', `fails a connection on text with ${what}`, async (peer) => {
      peer.send({ opcode: TEXT, payload: Buffer.concat([Buffer.from('κόσμε'), Buffer.from(bytes)]) });
      await peer.expectFailed(1007);
    }),
  ),
  must('§8.1', 'fails a connection on ill-formed text in fragments', async (peer) => {
    peer.send({ opcode: TEXT, payload: 'fine so far', isFinal: false });
    peer.send({ opcode: CONTINUATION, payload: Uint8Array.of(0xf4, 0x90, 0x80, 0x80) });
    await peer.expectFailed(1007);
  }),
  ...WELL_FORMED.map(([what, bytes]) =>
    must('§8.1', `takes text with ${what}`, async (peer) => {
      peer.send({ opcode: TEXT, payload: Uint8Array.from(bytes) });
      await peer.expectEcho(TEXT, Uint8Array.from(bytes));
    }),
  ),
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
