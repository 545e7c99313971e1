import type { SeededRandom } from '@skein/testkit';
import { damaged, hostileFrame } from './hostile-bytes.ts';
import { type HttpWords, hostileJson, PROCEDURES } from './hostile-http.ts';

/** RFC 9113 §6: the frame types. */
const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const FRAME_HEAD_BYTES = 9;
const FRAME_BYTES_DEFAULT = 16_384;
/** As a client that resets what it asked before it is answered, or whose headers never end. */
const FLOOD = 60;
const STREAM_IDS = [0, 1, 1, 2, 3, 5, 7, 0x7fffffff];
const PATHS = [
  '/livez',
  '/openapi.json',
  '/v1/poll',
  '/v1/events',
  '/v1/tunnel',
  ...PROCEDURES.map((procedure) => `/rpc/skein.v1.${procedure}`),
];
/** RFC 9113 §8.2: names and values that no request has, and two that would mean something else in HTTP/1.1. */
const BAD_FIELDS: readonly (readonly [string, string])[] = [
  ['Upper', 'x'],
  ['connection', 'close'],
  ['transfer-encoding', 'chunked'],
  ['content-length', '7'],
  [':path', '/again'],
  [':nothing', 'x'],
  ['x', 'a\r\nb: c'],
  ['x\0', 'y'],
  ['', ''],
  ['x', 'y'.repeat(FRAME_BYTES_DEFAULT)],
];

/** RFC 9113 §3.4: what a connection begins with. */
export const HTTP2_PREFACE: Uint8Array = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(FRAME.settings, 0, 0, new Uint8Array(0)),
]);

/** Frames as no client of ours would make them. A connection has odd stream ids that grow: `nextId` gives them. */
export function hostileHttp2(random: SeededRandom, words: HttpWords, nextId: () => number): Uint8Array {
  const dice = random.fraction();
  // Few: the first that breaks a rule of the connection ends it, with all that would have come.
  if (dice < 0.03) return flood(random, nextId);
  if (dice < 0.1) return strangeHttp2Frame(random);
  const bytes = request(random, words, nextId());
  return dice < 0.93 ? bytes : damaged(bytes, random);
}

function request(random: SeededRandom, words: HttpWords, stream: number): Uint8Array {
  const body = random.pick([
    () => Buffer.from(hostileJson(random)),
    () => Buffer.from(hostileFrame(random)),
    () => Buffer.alloc(0),
  ])();
  const fields: (readonly [string, string])[] = [
    [':method', random.chance(0.9) ? random.pick(['GET', 'POST', 'HEAD']) : random.pick(['CONNECT', ''])],
    [':scheme', random.chance(0.9) ? 'https' : random.pick(['http', ''])],
    [':path', random.pick(PATHS)],
    [':authority', 'here'],
    ['authorization', `Bearer ${random.chance(0.8) ? words.token : words.tunnel}`],
    ['content-type', random.pick(['application/json', 'application/proto', 'text/plain'])],
  ];
  if (random.chance(0.1)) fields.push(random.pick(BAD_FIELDS));
  if (random.chance(0.05)) fields.splice(random.int(fields.length), 1);
  const flags = END_HEADERS | (body.length === 0 ? END_STREAM : 0);
  const head = frame(FRAME.headers, flags, stream, block(fields));
  return body.length === 0 ? head : Buffer.concat([head, frame(FRAME.data, END_STREAM, stream, body)]);
}

/** Any type, any flags, on any stream. */
function strangeHttp2Frame(random: SeededRandom): Uint8Array {
  const type = random.pick([...Object.values(FRAME), 0x20, 0xff]);
  const body = Buffer.from(hostileFrame(random)).subarray(0, random.pick([0, 4, 5, 6, 8, 100]));
  const bytes = frame(type, random.int(256), random.pick(STREAM_IDS), body);
  return random.chance(0.7) ? bytes : damaged(bytes, random);
}

function flood(random: SeededRandom, nextId: () => number): Uint8Array {
  const one = random.pick([
    () => frame(FRAME.settings, 0, 0, new Uint8Array(0)),
    () => frame(FRAME.ping, 0, 0, new Uint8Array(8)),
    () => frame(FRAME.continuation, 0, 1, block([['x', 'y'.repeat(1_000)]])),
    () => {
      const id = nextId();
      const cancel = frame(FRAME.rstStream, 0, id, new Uint8Array([0, 0, 0, 8]));
      return Buffer.concat([frame(FRAME.headers, END_HEADERS | END_STREAM, id, block(LIVEZ)), cancel]);
    },
  ]);
  return Buffer.concat(Array.from({ length: FLOOD }, () => one()));
}

const LIVEZ: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/livez'],
  [':authority', 'here'],
];

/** RFC 7541 §6.2.2: each field as a literal that no table keeps. */
function block(fields: readonly (readonly [string, string])[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), hpackString(name), hpackString(value)]),
  );
}

/** RFC 7541 §5.1, §5.2: without Huffman's code. */
function hpackString(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const prefixMax = 0x7f;
  if (bytes.length < prefixMax) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [prefixMax];
  let rest = bytes.length - prefixMax;
  for (; rest >= 0x80; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** RFC 9113 §4.1. */
function frame(type: number, flags: number, stream: number, body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags & 0xff, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}
