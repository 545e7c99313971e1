import { encodeUp, HEARTBEAT, type MemberAction, type RequestInit, type UpFrameInit } from '@skein/protocol';
import { upToJson } from '@skein/protocol/json';
import type { SeededRandom } from '@skein/testkit';

const STRANGE_TEXTS = [
  '',
  '\u0000',
  '\ufeff',
  '👩‍👩‍👧‍👦',
  '‮gnp.exe',
  "' OR 1=1 --",
  '__proto__',
  'a'.repeat(9_000),
  '\r\n\u001b[2J',
];
const STRANGE_NUMBERS = [0, 1, 2, 127, 128, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const STRANGE_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff];
const BYTES_MAX = 40;

/** Frames that are well formed and mean nothing good. */
export function strangeFrame(random: SeededRandom): UpFrameInit {
  const number = () => strangeNumber(random);
  const text = () => random.pick(STRANGE_TEXTS);
  const conversation = number();
  return random.pick<() => UpFrameInit>([
    () => ({ case: 'send', value: { conversation, counter: number(), text: text(), kind: random.int(9) } }),
    () => ({
      case: 'send',
      value: { conversation, counter: number(), content: random.bytes(random.int(BYTES_MAX)) },
    }),
    () => ({
      case: 'send',
      value: { conversation, counter: number(), kind: 4, target: number(), reaction: { key: text() } },
    }),
    () => ({ case: 'received', value: { pushes: number(), delivered: [{ conversation, seq: number() }] } }),
    () => ({ case: 'read', value: { conversation, seq: number() } }),
    () => ({ case: 'typing', value: { conversation, user: number(), stopped: random.chance(0.5) } }),
    () => ({ case: 'sync', value: { epoch: text(), cursor: number(), conversations: 99, entriesEach: 99 } }),
    () => ({ case: 'probe', value: { id: number() } }),
    () => ({
      case: 'hello',
      value: { version: number(), versionMin: number(), auth: { case: 'accessToken', value: text() } },
    }),
    () => strangeRequest(random),
    () => strangeRequest(random),
    () => strangeRequest(random),
  ])();
}

function strangeRequest(random: SeededRandom): UpFrameInit {
  const number = () => strangeNumber(random);
  const text = () => random.pick(STRANGE_TEXTS);
  const conversation = number();
  const users = [text()];
  const action = random.int(9) as MemberAction;
  const ask = random.pick<() => NonNullable<RequestInit['ask']> | undefined>([
    () => undefined,
    () => ({ case: 'createDirect', value: { user: text() } }),
    () => ({ case: 'createGroup', value: { key: text(), title: text(), users } }),
    () => ({ case: 'changeMembers', value: { conversation, action, users } }),
    () => ({
      case: 'history',
      value: { conversation, from: number(), to: number(), limit: random.int(999) },
    }),
    () => ({ case: 'listMembers', value: { conversation, after: number(), limit: random.int(999) } }),
    () => ({ case: 'findUsers', value: { numbers: [number()], users } }),
    () => ({ case: 'revokeDevice', value: { device: number() } }),
    () => ({ case: 'refreshSession', value: { refreshToken: text() } }),
  ])();
  const id = 1 + random.int(1_000);
  return { case: 'request', value: ask === undefined ? { id } : { id, ask } };
}

export function strangeText(random: SeededRandom): string {
  return random.pick(STRANGE_TEXTS);
}

export function strangeNumber(random: SeededRandom): number {
  return random.chance(0.5) ? random.int(6) : random.pick(STRANGE_NUMBERS);
}

/** A frame, or what became of it on the way. */
export function hostileFrame(random: SeededRandom): Uint8Array {
  const dice = random.fraction();
  if (dice < 0.05) return HEARTBEAT;
  if (dice < 0.1) return random.bytes(1 + random.int(BYTES_MAX));
  const bytes = Uint8Array.from(encodeUp(strangeFrame(random)));
  return dice < 0.6 ? bytes : damaged(bytes, random);
}

/** The same in the JSON form, or a line of the chat, or what is left of one. */
export function hostileLine(random: SeededRandom): string {
  const line = random.chance(0.5)
    ? upToJson(strangeFrame(random))
    : JSON.stringify({
        [random.pick([
          'to',
          'conversation',
          'history',
          'read',
          'typing',
          'list',
          'group',
          'help',
          'login',
          '__proto__',
        ])]: random.pick<unknown>([...STRANGE_TEXTS, ...STRANGE_NUMBERS, null, true, [], {}, -1, 0.5]),
        text: random.pick<unknown>([...STRANGE_TEXTS, 7, null]),
        id: random.pick<unknown>([...STRANGE_NUMBERS, '1', -1]),
      });
  if (random.chance(0.6)) return line;
  const at = random.int(line.length + 1);
  return random.pick([
    line.slice(0, at),
    `${line.slice(0, at)}${random.pick(['"', '{', '[', ',', '\\u', '\ud800', 'null'])}${line.slice(at)}`,
  ]);
}

/** Requests that no browser would make. */
export function hostileRequest(random: SeededRandom): Uint8Array {
  const method = random.pick(['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'get']);
  const path = random.pick([
    '/',
    '/ws',
    '/metrics',
    '/..%2f..%2fetc/passwd',
    '/%00',
    '//',
    '*',
    '/livez?x=%ff',
    `/${'a'.repeat(3_000)}`,
  ]);
  const headers = random.pick([
    'Host: here\r\n',
    '',
    'Host: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n',
    'Host: here\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    'Host: here\r\nContent-Length: -1\r\n',
    ' Host: folded\r\n',
    'Host: here\nX: bare\n',
    `Host: here\r\nX: ${'b'.repeat(20_000)}\r\n`,
  ]);
  const bytes = Buffer.from(`${method} ${path} HTTP/1.${random.int(3)}\r\n${headers}\r\n`, 'latin1');
  return random.chance(0.6) ? bytes : damaged(bytes, random);
}

/** What became of some bytes on a bad way. */
export function damaged(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.int(bytes.length);
  switch (random.int(4)) {
    case 0: {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8));
      return flipped;
    }
    case 1:
      return bytes.slice(0, at);
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at), random.pick(STRANGE_BYTES), ...bytes.subarray(at)]);
    default: {
      const changed = Uint8Array.from(bytes);
      changed[at] = random.pick(STRANGE_BYTES);
      return changed;
    }
  }
}
