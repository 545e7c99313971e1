import type { SeededRandom } from '@skein/testkit';
import { damaged } from './hostile-bytes.ts';

export type MqttVersion = 4 | 5;

const TOPICS = [
  'topics/a',
  'topics/b/c',
  'topics/',
  'topics',
  'anna',
  'inbox/anna',
  'g/1',
  'g/1/typing',
  'anna/read',
  'anna/edit/2',
  'u/anna/x',
  '$SYS/broker',
  '#',
  '+/+',
  'topics/#',
  'inbox/#',
  '$share/g/#',
  '$share//x',
  'a#b',
  '',
  '/',
  'x/'.repeat(300),
  '\0',
  '你好',
];
// Those that a client may send, and some that it may not.
const TYPES = [1, 2, 3, 3, 3, 3, 4, 5, 6, 7, 8, 8, 10, 12, 14, 15, 0];
const PROPERTIES = [
  [0x01, 0x01],
  [0x01, 0x02],
  [0x02, 0, 0, 0, 1],
  [0x0b, 0x00],
  [0x0b, 0x07],
  [0x23, 0, 1],
  [0x23, 0, 0],
  [0x23, 0xff, 0xff],
  [0x26, 0, 1, 0x61, 0, 1, 0x62],
  [0x08, 0, 1, 0x23],
  [0x21, 0, 0],
  [0x27, 0, 0, 0, 0],
  [0x7f],
];
const IDS_MAX = 6;
const PAYLOAD_BYTES_MAX = 60;
const KEEP_ALIVE_S = 60;

/** A CONNECT that is let in. */
export function connectPacket(
  name: string,
  clientId: string,
  version: MqttVersion,
  keepAliveS = KEEP_ALIVE_S,
): Uint8Array {
  const isKept = clientId.endsWith('k');
  const head = [...text('MQTT'), version, 0x80 | (isKept ? 0 : 2), 0, keepAliveS];
  const expiry = [0x11, 0, 0, 0, isKept ? 60 : 0];
  const properties = version === 5 ? [expiry.length, ...expiry] : [];
  return packet(0x10, [...head, ...properties, ...text(clientId), ...text(name)]);
}

/** A packet that means nothing good, or what became of it on the way. */
export function hostilePacket(random: SeededRandom, version: MqttVersion): Uint8Array {
  const type = random.pick(TYPES);
  const bytes = packet(firstByte(type, random), bodyOf(type, random, version));
  return random.chance(0.7) ? bytes : damaged(bytes, random);
}

function firstByte(type: number, random: SeededRandom): number {
  if (type === 3) return 0x30 | random.pick([0, 1, 2, 3, 4, 5, 10, 12, 13, 6, 8]);
  const flags = type === 6 || type === 8 || type === 10 ? 2 : 0;
  return (type << 4) | (random.chance(0.95) ? flags : random.int(16));
}

function bodyOf(type: number, random: SeededRandom, version: MqttVersion): number[] {
  const id = [0, random.int(IDS_MAX)];
  const properties = version === 5 ? propertiesOf(random) : [];
  const topic = text(random.pick(TOPICS));
  switch (type) {
    case 1:
      return [...connectPacket('fuzzer0', 'x', version).subarray(2)];
    case 3:
      return [
        ...topic,
        ...(random.chance(0.6) ? id : []),
        ...properties,
        ...random.bytes(random.int(PAYLOAD_BYTES_MAX)),
      ];
    case 8:
      return [...id, ...properties, ...topic, random.pick([0, 1, 2, 3, 4, 0x2d, 0xff])];
    case 10:
      return [...id, ...properties, ...topic];
    case 12:
      return [];
    case 14:
      return random.chance(0.5) ? [] : [random.int(256), ...properties];
    default:
      return [...id, ...(random.chance(0.7) ? [] : [random.int(256), ...properties])];
  }
}

function propertiesOf(random: SeededRandom): number[] {
  if (random.chance(0.6)) return [0];
  const some = Array.from({ length: random.int(3) }, () => random.pick(PROPERTIES)).flat();
  return [some.length, ...some];
}

export function text(value: string): number[] {
  const bytes = [...Buffer.from(value)];
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
}

export function packet(first: number, body: readonly number[]): Uint8Array {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Uint8Array.from([first, ...length, ...body]);
}
