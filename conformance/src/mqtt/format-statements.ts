import { expectEqual, expectThat } from '../scenario.ts';
import { acknowledge, packet, publish, subscribe, unsubscribe } from './encode-packet.ts';
import type { PacketType } from './packet-types.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';
import { twoBytes } from './wire-values.ts';

const SURROGATE = Buffer.from([0x61, 0xed, 0xa0, 0x80]);
const OVERLONG = Buffer.from([0x61, 0xc0, 0x80]);
const CUT_OFF = Buffer.from([0x61, 0xe2, 0x82]);

// Flags that these packets must not have.
const WRONG_FLAGS: readonly (readonly [PacketType, number])[] = [
  ['puback', 2],
  ['pubrec', 2],
  ['pubcomp', 2],
  ['pingreq', 1],
];

const IDENTIFIER_ZERO: readonly (readonly [PacketType, (stage: Stage) => Buffer])[] = [
  ['subscribe', (stage) => subscribe(stage.version, [{ filter: stage.topic() }], { packetId: 0 })],
  ['unsubscribe', (stage) => unsubscribe(stage.version, [stage.topic()], 0)],
  ['publish', (stage) => publish(stage.version, { topic: stage.topic(), qos: 1, packetId: 0 })],
];

/** Chapters 1.5 and 2: how values and packets are written. */
export const FORMAT_STATEMENTS: readonly Statement[] = [
  ...[SURROGATE, OVERLONG, CUT_OFF].map((topic) =>
    must({ v4: '1.5.3-1', v5: '1.5.4-1' }, `closes on the text ${topic.toString('hex')}`, async (stage) => {
      const peer = await stage.client();
      peer.send(publish(stage.version, { topic }));
      await peer.expectClosed(0x81, 0x82, 0x90);
    }),
  ),
  must({ v4: '1.5.3-2', v5: '1.5.4-2' }, 'closes on text with U+0000', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: stage.topic('a\0b') }));
    await peer.expectClosed(0x81, 0x82, 0x90);
  }),
  must({ v4: '1.5.3-3', v5: '1.5.4-3' }, 'strips no U+FEFF', async (stage) => {
    const peer = await stage.subscriber(stage.topic('#'));
    await peer.publish({ topic: stage.topic('\uFEFFb') });
    expectEqual((await peer.receive()).topic, stage.topic('\uFEFFb'), 'topic');
  }),
  must({ v5: '1.5.5-1' }, 'writes lengths in the fewest bytes', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    for (const length of [0, 127, 128, 16_383, 16_384, 40_000]) {
      await peer.publish({ topic: stage.topic(), payload: '*'.repeat(length) });
      expectEqual((await peer.receive()).payload.length, length, 'length of the payload');
    }
  }),
  must({ v5: '1.5.7-1' }, 'closes on a pair of strings that is not UTF-8', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(5, { topic: stage.topic(), properties: [['userProperty', ['name', SURROGATE]]] }));
    await peer.expectClosed(0x81, 0x82);
  }),

  must({ v4: '2.2.2-1', v5: '2.1.3-1' }, 'sends no reserved flag', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    await peer.publish({ topic: stage.topic(), qos: 1 });
    await peer.receive();
    await peer.publish({ topic: stage.topic(), qos: 2 });
    await peer.receive();
    await peer.unsubscribe(stage.topic());
  }),
  ...WRONG_FLAGS.map(([type, flags]) =>
    must({ v4: '2.2.2-2', v5: '2.1.3-1' }, `closes on ${type} with the flags ${flags}`, async (stage) => {
      const peer = await stage.client();
      peer.send(packet(type, type === 'pingreq' ? [] : [twoBytes(1)], flags));
      await peer.expectClosed(0x81, 0x82);
    }),
  ),
  ...IDENTIFIER_ZERO.map(([type, bytesOf]) =>
    must(
      { v4: '2.3.1-1', v5: '2.2.1-3' },
      `closes on ${type} with the packet identifier 0`,
      async (stage) => {
        const peer = await stage.client();
        peer.send(bytesOf(stage));
        await peer.expectClosed(0x81, 0x82);
      },
    ),
  ),
  must({ v4: '2.3.1-5', v5: '2.2.1-2' }, 'sends no packet identifier with QoS 0', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    await peer.publish({ topic: stage.topic(), payload: 'payload', qos: 1 });
    const received = await peer.receive('payload');
    expectEqual(received.qos, 0, 'QoS');
  }),
  must({ v4: '2.3.1-4', v5: '2.2.1-4' }, 'gives each value an identifier that is free', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    const identifiers = new Set<number>();
    for (const qos of [1, 2, 1]) {
      await peer.publish({ topic: stage.topic(), qos });
      identifiers.add((await peer.expect('publish')).packetId);
    }
    expectEqual(identifiers.size, 3, 'different packet identifiers');
  }),
  must({ v4: '2.3.1-6', v5: '2.2.1-5' }, 'acknowledges under the identifier of the value', async (stage) => {
    const peer = await stage.client();
    for (const packetId of [0x1234, 1, 0xffff]) {
      await peer.publish({ topic: stage.topic(), qos: 1, packetId });
      await peer.publish({ topic: stage.topic(), qos: 2, packetId });
    }
    peer.send(acknowledge('pubrel', 0x4321));
    expectEqual((await peer.expect('pubcomp')).packetId, 0x4321, 'packet identifier of PUBCOMP');
  }),
  must(
    { v4: '2.3.1-7', v5: '2.2.1-6' },
    'answers SUBSCRIBE and UNSUBSCRIBE under their identifier',
    async (stage) => {
      const peer = await stage.client();
      peer.send(subscribe(stage.version, [{ filter: stage.topic() }], { packetId: 0x1234 }));
      expectEqual((await peer.expect('suback')).packetId, 0x1234, 'packet identifier of SUBACK');
      peer.send(unsubscribe(stage.version, [stage.topic()], 0xffff));
      expectEqual((await peer.expect('unsuback')).packetId, 0xffff, 'packet identifier of UNSUBACK');
    },
  ),
  must({ v5: '2.2.2-1' }, 'says that there are no properties', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    await peer.publish({ topic: stage.topic(), payload: 'payload' });
    const { properties } = await peer.receive('payload');
    expectEqual(properties.length, 0, 'properties of the value');
  }),
  must({ v4: '7.1.1-1', v5: '4.2.0-1' }, 'takes a stream that comes byte by byte', async (stage) => {
    const peer = await stage.open();
    await peer.socket.writeSlowly(
      Buffer.concat([
        stage.connect(),
        subscribe(stage.version, [{ filter: stage.topic() }]),
        publish(stage.version, { topic: stage.topic(), payload: 'slow' }),
      ]),
    );
    await peer.expect('connack');
    await peer.expect('suback');
    await peer.receive('slow');
  }),
  must(
    { v4: '7.1.1-1', v5: '4.2.0-1' },
    'takes many packets that come at once, in their order',
    async (stage) => {
      const peer = await stage.subscriber(stage.topic());
      const payloads = Array.from({ length: 100 }, (_, at) => `value ${at}`);
      peer.send(...payloads.map((payload) => publish(stage.version, { topic: stage.topic(), payload })));
      for (const payload of payloads) await peer.receive(payload);
    },
  ),
  must('3.12.4-1', 'answers PINGREQ', async (stage) => {
    const peer = await stage.client();
    peer.send(packet('pingreq'), packet('pingreq'));
    await peer.expect('pingresp');
    await peer.expect('pingresp');
    expectThat(await peer.socket.isQuiet(), 'more was said than was asked for');
  }),
];
