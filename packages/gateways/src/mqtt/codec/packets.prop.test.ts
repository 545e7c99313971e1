import { Publication, type PublishProperties } from '@skein/core';
import fc from 'fast-check';
import { generate, type Packet, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { PacketSplitter } from './packet-splitter.ts';
import type { ClientPacket, Version } from './packets.ts';
import { parsePacket } from './parse-packet.ts';
import { toForm } from './publish-form.ts';
import { MqttViolation } from './reason-codes.ts';

const RUNS = 300;
const MUTATIONS = 4_000;
const PACKET_BYTES_MAX = 100_000;
// As the core packs QoS, RETAIN and DUP.
const RETAINED = 4;

const topic = fc.stringMatching(/^[a-z你/]{1,20}$/);
const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const id = fc.integer({ min: 1, max: 65_535 });
const qos = fc.constantFrom(0, 1, 2);
const text = fc.stringMatching(/^[\w 你好]{0,12}$/);

const publishProperties = fc.record(
  {
    payloadFormatIndicator: fc.boolean(),
    messageExpiryInterval: fc.nat(1_000_000),
    contentType: text,
    responseTopic: topic,
    correlationData: payload,
    userProperties: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { minKeys: 1, maxKeys: 3 }),
  },
  { requiredKeys: [] },
);

const packets = fc.oneof(
  fc.record({
    cmd: fc.constant('publish'),
    topic,
    payload,
    qos,
    dup: fc.constant(false),
    retain: fc.boolean(),
    messageId: id,
    properties: publishProperties,
  }),
  fc.record({ cmd: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), messageId: id }),
  fc.record({
    cmd: fc.constant('subscribe'),
    messageId: id,
    subscriptions: fc.array(fc.record({ topic, qos, nl: fc.boolean(), rap: fc.boolean(), rh: qos }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  fc.record({
    cmd: fc.constant('unsubscribe'),
    messageId: id,
    unsubscriptions: fc.array(topic, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ cmd: fc.constantFrom('pingreq', 'disconnect') }),
  fc.record({
    cmd: fc.constant('connect'),
    clientId: topic,
    clean: fc.constant(true),
    keepalive: fc.nat(65_535),
    username: text,
    password: payload,
    will: fc.record({ topic, payload, qos, retain: fc.boolean() }),
  }),
);
const version = fc.constantFrom<Version>(4, 5);

describe('MQTT packets', () => {
  it('[MQ1] come out the same however the stream is split, as another codec wrote them', () => {
    fc.assert(
      fc.property(
        fc.array(packets, { maxLength: 8 }),
        version,
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (some, v, sizes) => {
          const bytes = Buffer.concat(some.map((packet) => written(packet, v)));
          const whole = parsed([bytes], v);
          expect(whole.map(({ type }) => type)).toEqual(some.map(({ cmd }) => cmd));
          expect(whole.map(essenceOfOurs)).toEqual(some.map((packet) => essenceOfTheirs(packet, v)));
          expect(parsed(cut(bytes, sizes), v)).toEqual(whole);
          expect(parsed(cut(bytes, [1].values()), v)).toEqual(whole);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('[MQ2] that were damaged are refused as a violation or taken, and nothing else happens', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
    let refused = 0;
    fc.assert(
      fc.property(
        packets,
        version,
        damage,
        fc.constantFrom(0, 0, 0, 1, 5),
        (packet, v, damages, cutBytes) => {
          const bytes = Buffer.from(written(packet, v));
          for (const [at, value] of damages) bytes[at % bytes.length] = value;
          try {
            parsed([bytes.subarray(0, Math.max(1, bytes.length - cutBytes))], v);
          } catch (error) {
            if (!(error instanceof MqttViolation)) throw error;
            refused++;
          }
        },
      ),
      { numRuns: MUTATIONS },
    );
    expect(refused).toBeGreaterThan(MUTATIONS / 4);
  });

  it('[MQ4] that we write another codec reads, with all that was published', () => {
    fc.assert(
      fc.property(topic, payload, qos, version, (name, bytes, quality, v) => {
        const publication = new Publication({
          topic: name,
          payload: bytes,
          qos: 2,
          isRetained: true,
          properties: {
            isText: true,
            expiryS: null,
            contentType: 'c',
            responseTopic: 'r',
            correlationData: bytes,
            userProperties: [
              ['a', 'b'],
              ['a', 'c'],
            ],
          },
          publishedAtMs: 0,
        });
        const shape = {
          version: v,
          how: quality | RETAINED,
          subscriptionIds: [3, 300],
          alias: 'none' as const,
        };
        const form = toForm(publication, shape, 0);
        if (form.packetIdAt > 0) form.bytes.writeUInt16BE(777, form.packetIdAt);
        const [read] = readByOther(form.bytes, v);
        expect(read).toMatchObject({
          cmd: 'publish',
          topic: name,
          payload: bytes,
          qos: quality,
          retain: true,
        });
        const told = {
          contentType: 'c',
          responseTopic: 'r',
          correlationData: bytes,
          subscriptionIdentifier: [3, 300],
          userProperties: { a: ['b', 'c'] },
        };
        expect(read).toMatchObject(v === 5 ? { properties: told } : {});
      }),
      { numRuns: RUNS },
    );
  });
});

interface Written {
  readonly cmd: string;
  readonly topic?: string;
  readonly payload?: Uint8Array;
  readonly qos?: number;
  readonly retain?: boolean;
  readonly messageId?: number;
  readonly clientId?: string;
  readonly keepalive?: number;
  readonly will?: { readonly topic: string };
  readonly subscriptions?: readonly { readonly topic: string; readonly qos: number }[];
  readonly properties?: { readonly contentType?: string; readonly messageExpiryInterval?: number };
}

function written(packet: Written, v: Version): Buffer {
  const protocol = packet.cmd === 'connect' ? { protocolId: 'MQTT', protocolVersion: v } : {};
  return generate({ ...packet, ...protocol } as never, { protocolVersion: v });
}

function parsed(chunks: Iterable<Uint8Array>, v: Version): ClientPacket[] {
  const found: ClientPacket[] = [];
  const splitter = new PacketSplitter(PACKET_BYTES_MAX, (bytes, first, from, to) =>
    found.push(parsePacket({ bytes, first, from, to }, v)),
  );
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  return found;
}

function* cut(bytes: Buffer, sizes: Iterator<number>): Generator<Buffer> {
  let last = 1;
  for (let at = 0; at < bytes.length; at += last) {
    last = sizes.next().value ?? last;
    yield bytes.subarray(at, at + last);
  }
}

function readByOther(bytes: Buffer, v: Version): Packet[] {
  const found: Packet[] = [];
  const parsing = parser({ protocolVersion: v } as never);
  parsing.on('packet', (packet) => found.push(packet));
  parsing.parse(bytes);
  return found;
}

/** What both codecs say of a packet, in one shape. */
function essenceOfOurs(packet: ClientPacket): unknown {
  switch (packet.type) {
    case 'publish':
      return [packet.topic, packet.payload, packet.qos, packet.isRetained, ...essenceOf(packet.properties)];
    case 'connect':
      return [packet.clientId, packet.version, packet.keepAliveS, packet.will?.topic];
    case 'subscribe':
      return packet.requests.map(({ filter, qos: granted }) => [filter, granted]);
    default:
      return 'packetId' in packet ? packet.packetId : packet.type;
  }
}

function essenceOf(properties: PublishProperties | null): unknown[] {
  return [properties?.contentType ?? undefined, properties?.expiryS ?? undefined];
}

function essenceOfTheirs(packet: Written, v: Version): unknown {
  const properties = v === 5 ? packet.properties : undefined;
  switch (packet.cmd) {
    case 'publish':
      return [
        packet.topic,
        packet.payload,
        packet.qos,
        packet.retain,
        properties?.contentType,
        properties?.messageExpiryInterval,
      ];
    case 'connect':
      return [packet.clientId, v, packet.keepalive, packet.will?.topic];
    case 'subscribe':
      return packet.subscriptions?.map(({ topic: filter, qos: granted }) => [filter, granted]);
    default:
      return packet.messageId ?? packet.cmd;
  }
}
