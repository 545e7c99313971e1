import { SERVICES } from '@skein/protocol/services';
import type { SeededRandom } from '@skein/testkit';
import { damaged, hostileFrame, strangeNumber, strangeText } from './hostile-bytes.ts';

/** What a client of HTTP holds once it has signed in. */
export interface HttpWords {
  readonly token: string;
  readonly refresh: string;
  readonly cursor: string;
  readonly tunnel: string;
  /** A conversation of theirs. */
  readonly group: number;
}

/** All of the schema, so that a new one is fuzzed on its first day. */
export const PROCEDURES: readonly string[] = [
  ...SERVICES.flatMap(({ name, methods }) => methods.map((method) => `${name}/${method.name}`)),
  'No/Such',
  'toString/constructor',
];
/** What a field mostly holds, or nothing that is refused by its type alone is ever let in. */
const FIELDS: readonly (readonly [string, (random: SeededRandom) => unknown])[] = [
  ['user', (random) => `fuzzer${random.int(PEOPLE)}`],
  ['users', (random) => [`fuzzer${random.int(PEOPLE)}`, random.int(PEOPLE)].slice(0, 1 + random.int(2))],
  ['conversation', (random) => random.int(2 * PEOPLE)],
  ['counter', (random) => random.int(4)],
  ['text', strangeText],
  ['text', strangeText],
  ['key', strangeText],
  ['title', strangeText],
  ['seq', (random) => random.int(50)],
  ['limit', (random) => random.int(200)],
  ['kind', (random) => random.int(8)],
  ['action', (random) => random.pick(['invited', 'joined', 'kicked', 'role', 'left'])],
];
/** Names that may be somebody's. */
const PEOPLE = 10;
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/proto',
  'text/plain',
  '',
  'x',
];
const NUMBERS_IN_WORDS = [
  '0',
  '1',
  '7',
  '-1',
  '1e9',
  '0x10',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  '',
];
const NESTED = '['.repeat(5_000);
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const PREFIX = '/rpc/skein.v1.';
const HEADERS_MANY = 300;
const BODY_BYTES_MAX = 60;

/** What lies behind a request in its connection, for a reader that ends the request somewhere else. */
const SMUGGLED = 'GET /livez HTTP/1.1\r\nHost: here\r\n\r\n';

/** Requests that two readers may end at different places: RFC 9112 §5.1, §5.2, §6.1, §6.3, §7.1, §11.2. */
export const SMUGGLINGS: readonly string[] = [
  framed(`Content-Length: 5\r\n${CHUNKED}`, `0\r\n\r\n${SMUGGLED}`),
  framed(`${CHUNKED}Content-Length: 5\r\n`, `0\r\n\r\n${SMUGGLED}`),
  framed('Content-Length: 0\r\nContent-Length: 5\r\n', SMUGGLED),
  framed('Content-Length: 0, 5\r\n', SMUGGLED),
  framed('Content-Length: +0\r\n', SMUGGLED),
  framed('Content-Length: 0x0\r\n', SMUGGLED),
  framed('Content-Length: -1\r\n', SMUGGLED),
  framed('Content-Length : 0\r\n', SMUGGLED),
  framed('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${SMUGGLED}`),
  framed('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${SMUGGLED}`),
  framed(`${CHUNKED}Transfer-Encoding: x\r\n`, `0\r\n\r\n${SMUGGLED}`),
  framed('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
  framed('Transfer-Encoding:\u000bchunked\r\n', `0\r\n\r\n${SMUGGLED}`),
  framed(CHUNKED, `5\nhello\r\n0\r\n\r\n${SMUGGLED}`),
  framed(CHUNKED, `-1\r\n\r\n${SMUGGLED}`),
  framed(CHUNKED, `0x0\r\n\r\n${SMUGGLED}`),
  framed(CHUNKED, `3\r\nhello\r\n0\r\n\r\n${SMUGGLED}`),
  framed(CHUNKED, `ffffffffffffffff1\r\nhello\r\n0\r\n\r\n${SMUGGLED}`),
  framed('X: bare\nContent-Length: 0\r\n', SMUGGLED),
  framed('X: bare\rContent-Length: 0\r\n', SMUGGLED),
  framed('Content-Length: 0\r\nX: folded\r\n Content-Length: 5\r\n', SMUGGLED),
  framed('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
  framed('X: nul\0\r\nContent-Length: 0\r\n', SMUGGLED),
];

/** What nobody can misread: two requests, one after the other. */
export const TWO_REQUESTS: string = framed('Content-Length: 0\r\n', SMUGGLED);

function framed(headers: string, body: string): string {
  return `POST ${PREFIX}Users/Find HTTP/1.1\r\nHost: here\r\n${headers}\r\n${body}`;
}

/** A request as no client of ours would make it, whether its words are good or not. */
export function hostileHttp(random: SeededRandom, words: HttpWords): Uint8Array {
  const dice = random.fraction();
  // Few: what no parser takes ends the connection, with all that would have come; a poll or a stream holds it up.
  if (dice < 0.02) return Buffer.from(random.pick(SMUGGLINGS), 'latin1');
  if (dice < 0.03) return flood(random);
  const bytes = random.chance(0.8) ? procedure(random, words) : random.pick([changes, tunnel])(random, words);
  return dice < 0.95 ? bytes : damaged(bytes, random);
}

function flood(random: SeededRandom): Uint8Array {
  const header = random.pick([
    'X: y\r\n',
    `${'x'.repeat(200)}: y\r\n`,
    'Cookie: a=b\r\n',
    ': \r\n',
    ' folded\r\n',
  ]);
  return Buffer.from(`GET / HTTP/1.1\r\nHost: here\r\n${header.repeat(1 + random.int(HEADERS_MANY))}\r\n`);
}

function procedure(random: SeededRandom, words: HttpWords): Uint8Array {
  const key = random.chance(0.3)
    ? `Idempotency-Key: ${random.pick(['a', '"b"', '', 'c'.repeat(99)])}\r\n`
    : '';
  const type = `Content-Type: ${random.chance(0.8) ? TYPES[0] : random.pick(TYPES)}\r\n`;
  const body = random.chance(0.9) ? Buffer.from(hostileJson(random)) : Buffer.from(hostileFrame(random));
  return request(random, `POST ${PREFIX}${random.pick(PROCEDURES)}`, {
    headers: `${authorization(random, words.token)}${key}${type}`,
    body,
  });
}

/** A body that is JSON, or nearly, with fields that procedures have. */
export function hostileJson(random: SeededRandom): string {
  const value = (): unknown =>
    random.pick<unknown>([
      strangeText(random),
      strangeNumber(random),
      null,
      true,
      [],
      {},
      -1,
      0.5,
      [strangeText(random)],
    ]);
  const fields = Array.from({ length: random.int(5) }, () => {
    const [name, plausible] = random.pick(FIELDS);
    return [name, random.chance(0.8) ? plausible(random) : value()];
  });
  const json = JSON.stringify({ conversation: 1 + random.int(PEOPLE), ...Object.fromEntries(fields) });
  if (random.chance(0.8)) return json;
  return random.pick([
    json.slice(1),
    NESTED,
    '{"__proto__":{"text":"x"}}',
    '{"text":"\ud800"}',
    'null',
    '"',
    `${json}${json}`,
  ]);
}

function changes(random: SeededRandom, words: HttpWords): Uint8Array {
  const cursor = random.pick([
    words.cursor,
    `${words.cursor}0`,
    'no.1',
    'a.99999999999999999',
    '..',
    '%00',
    '',
  ]);
  const number = (): string => random.pick(NUMBERS_IN_WORDS);
  const query = random.pick([
    `cursor=${cursor}`,
    `cursor=${cursor}&wait=0`,
    `wait=${number()}&entries=${number()}`,
    `cursor=${cursor}&cursor=${cursor}`,
    `ticket=${words.token}`,
    '%ff=%ff&&==',
  ]);
  const path = random.pick(['/v1/poll', '/v1/poll', '/v1/events', '/v1/nothing']);
  const headers = `${authorization(random, words.token)}${random.chance(0.3) ? `Last-Event-ID: ${cursor}\r\n` : ''}`;
  return request(random, `GET ${path}?${query}`, { headers, body: new Uint8Array(0) });
}

function tunnel(random: SeededRandom, words: HttpWords): Uint8Array {
  const offset = random.chance(0.5) ? '0' : random.pick(NUMBERS_IN_WORDS);
  const line = random.pick([
    'POST /v1/tunnel',
    `POST /v1/tunnel/up?at=${offset}`,
    `POST /v1/tunnel/up?at=${offset}`,
    `GET /v1/tunnel/down?from=${offset}&wait=0`,
    `GET /v1/tunnel/down?from=${offset}&wait=${random.pick(NUMBERS_IN_WORDS)}`,
    `GET /v1/tunnel/events?from=${offset}`,
    'DELETE /v1/tunnel',
  ]);
  const body = line.startsWith('POST') ? Buffer.from(hostileFrame(random)) : new Uint8Array(0);
  return request(random, line, { headers: authorization(random, words.tunnel), body });
}

function authorization(random: SeededRandom, word: string): string {
  const said = random.chance(0.95)
    ? `Bearer ${word}`
    : random.pick([
        '',
        'Bearer',
        `Bearer ${word}x`,
        `bearer ${word.slice(1)}`,
        `Basic ${word}`,
        `Bearer ${random.int(9)}.a`,
      ]);
  return `Authorization: ${said}\r\n`;
}

interface Parts {
  readonly headers: string;
  readonly body: Uint8Array;
}

/** With a body as long as it says, mostly: in one piece or in chunks. */
function request(random: SeededRandom, line: string, { headers, body }: Parts): Uint8Array {
  const lie = random.chance(0.97) ? 0 : random.pick([-1, 1, BODY_BYTES_MAX]);
  const length = Math.max(0, body.length + lie);
  const head = (framing: string): Buffer =>
    Buffer.from(`${line} HTTP/1.1\r\nHost: here\r\n${headers}${framing}\r\n`, 'latin1');
  if (random.chance(0.8)) return Buffer.concat([head(`Content-Length: ${length}\r\n`), body]);
  return Buffer.concat([
    head(CHUNKED),
    Buffer.from(`${length.toString(16)}\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
}
