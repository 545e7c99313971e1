import { setTimeout as passing } from 'node:timers/promises';
import { expectEqual, expectThat } from '../scenario.ts';
import type { Received } from './decode-packet.ts';
import { acknowledge, publish } from './encode-packet.ts';
import type { MqttPeer } from './mqtt-peer.ts';
import { type Property, type PropertyName, valueOf, valuesOf } from './properties.ts';
import { must, type Statement } from './statement.ts';

const NOT_UTF8 = Buffer.from([0x78, 0xed, 0xa0, 0x80]);

const UNALTERED: readonly (readonly [string, Property])[] = [
  ['3.3.2-4', ['payloadFormatIndicator', 1]],
  ['3.3.2-15', ['responseTopic', 'answers/here']],
  ['3.3.2-16', ['correlationData', Buffer.from([0, 1, 0xff])]],
  ['3.3.2-20', ['contentType', 'text/鸿雁']],
];

const NOT_TEXT: readonly (readonly [string, PropertyName])[] = [
  ['3.3.2-13', 'responseTopic'],
  ['3.3.2-19', 'contentType'],
];

/** Chapter 3.3, without retained values and aliases. */
export const PUBLISH_STATEMENTS: readonly Statement[] = [
  must('3.3.1-2', 'sends QoS 0 without DUP', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    await peer.publish({ topic: stage.topic(), payload: 'x', qos: 1, isDuplicate: true });
    expectThat(!(await peer.receive('x')).isDuplicate, 'DUP');
  }),
  must('3.3.1-3', 'does not pass DUP on', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    for (const qos of [1, 2]) {
      await peer.publish({ topic: stage.topic(), payload: 'x', qos, isDuplicate: true });
      expectThat(!(await peer.receive('x')).isDuplicate, `DUP with QoS ${qos}`);
    }
  }),
  must('3.3.1-4', 'closes on QoS 3', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: stage.topic(), qos: 3 }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must('3.3.2-1', 'closes on a topic that is not UTF-8', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: NOT_UTF8, qos: 1 }));
    await peer.expectClosed(0x81, 0x82, 0x90);
  }),
  must('3.3.2-1', 'closes on PUBLISH without a topic', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: '', qos: 1 }));
    await peer.expectClosed(0x81, 0x82, 0x90);
  }),
  ...['a/#', '+/a', 'a+b', '#'].map((name) =>
    must('3.3.2-2', `closes on a value for ${name}`, async (stage) => {
      const peer = await stage.client();
      peer.send(publish(stage.version, { topic: stage.topic(name) }));
      await peer.expectClosed(0x81, 0x82, 0x90);
    }),
  ),
  must('3.3.2-3', 'sends topics that match the filter', async (stage) => {
    const peer = await stage.subscriber(stage.topic('+/b'));
    for (const name of ['a/c', 'a/b/c', 'b', 'a/b']) await peer.publish({ topic: stage.topic(name) });
    expectEqual((await peer.receive()).topic, stage.topic('a/b'), 'topic');
    await peer.expectSilence();
  }),
  must('3.3.4-1', 'answers each QoS as it should', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: stage.topic() }));
    await peer.expectSilence();
    peer.send(publish(stage.version, { topic: stage.topic(), qos: 1, packetId: 7 }));
    expectEqual((await peer.expect('puback')).packetId, 7, 'packet identifier of PUBACK');
    peer.send(publish(stage.version, { topic: stage.topic(), qos: 2, packetId: 8 }));
    expectEqual((await peer.expect('pubrec')).packetId, 8, 'packet identifier of PUBREC');
  }),
  must(
    { v4: '3.3.5-1', v5: '3.3.4-2' },
    'delivers with the highest QoS of the subscriptions that match',
    async (stage) => {
      const peer = await stage.client();
      await peer.subscribe([
        { filter: stage.topic('#'), qos: 0 },
        { filter: stage.topic('+'), qos: 2 },
        { filter: stage.topic(), qos: 1 },
      ]);
      await peer.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
      expectEqual(await highestQos(peer), 2, 'QoS');
    },
  ),

  ...UNALTERED.map(([number, property]) =>
    must({ v5: number }, `passes ${property[0]} on as it is`, async (stage) => {
      const peers = [await stage.subscriber(stage.topic()), await stage.subscriber(stage.topic('+'))];
      await peers[0]?.publish({ topic: stage.topic(), payload: 'x', qos: 1, properties: [property] });
      for (const peer of peers) {
        const { properties } = await peer.receive('x');
        expectEqual(shown(valueOf(properties, property[0])), shown(property[1]), property[0]);
      }
    }),
  ),
  must({ v5: '3.3.2-17 3.3.2-18' }, 'passes all user properties on, in their order', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    const pairs = [
      ['b', '1'],
      ['a', ''],
      ['b', '0'],
      ['', '鸿雁'],
    ] as const;
    const properties = pairs.map((pair): Property => ['userProperty', pair]);
    await peer.publish({ topic: stage.topic(), payload: 'x', properties });
    const received = await peer.receive('x');
    expectEqual(shown(valuesOf(received.properties, 'userProperty')), shown(pairs), 'user properties');
  }),
  ...NOT_TEXT.map(([number, name]) =>
    must({ v5: number }, `closes on ${name} that is not UTF-8`, async (stage) => {
      const peer = await stage.client();
      peer.send(publish(5, { topic: stage.topic(), properties: [[name, NOT_UTF8]] }));
      await peer.expectClosed(0x81, 0x82, 0x90);
    }),
  ),
  ...['a/+', '#'].map((topic) =>
    must({ v5: '3.3.2-14' }, `closes on the response topic ${topic}`, async (stage) => {
      const peer = await stage.client();
      peer.send(publish(5, { topic: stage.topic(), properties: [['responseTopic', topic]] }));
      await peer.expectClosed(0x81, 0x82, 0x90);
    }),
  ),
  must({ v5: '3.3.2-5' }, 'delivers nothing whose time is over', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
    await peer.leave();
    const publisher = await stage.client();
    const properties: readonly Property[] = [['messageExpiryInterval', 1]];
    await publisher.publish({ topic: stage.topic(), payload: 'short-lived', qos: 1, properties });
    await publisher.publish({ topic: stage.topic(), payload: 'lasting', qos: 1 });
    await passing(2_200);
    const back = await stage.back({ clientId });
    await back.receive('lasting');
  }),
  must({ v5: '3.3.2-6' }, 'takes the time that a value has waited off its expiry', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
    await peer.leave();
    const publisher = await stage.client();
    const properties: readonly Property[] = [['messageExpiryInterval', 100]];
    await publisher.publish({ topic: stage.topic(), payload: 'x', qos: 1, properties });
    await passing(2_200);
    const back = await stage.back({ clientId });
    const left = Number(valueOf((await back.receive('x')).properties, 'messageExpiryInterval'));
    expectThat(left >= 95 && left <= 98, `${left} s are left of 100 s after 2 s`);
  }),
  must({ v5: '3.3.4-3 3.3.4-4 3.3.4-5' }, 'says which subscriptions a value comes through', async (stage) => {
    const peer = await stage.client();
    await peer.subscribe([stage.topic()], { properties: [['subscriptionIdentifier', 1]] });
    await peer.subscribe([stage.topic('+')], { properties: [['subscriptionIdentifier', 268_435_455]] });
    await peer.subscribe([stage.topic('#')]);
    await peer.publish({ topic: stage.topic(), payload: 'x' });
    const ids: string[] = [];
    await highestQos(peer, ({ properties }) =>
      ids.push(...valuesOf(properties, 'subscriptionIdentifier').map(String)),
    );
    expectEqual(ids.toSorted().join(), '1,268435455', 'subscription identifiers');
  }),
  must({ v5: '3.3.4-6' }, 'closes on a value that names a subscription', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(5, { topic: stage.topic(), properties: [['subscriptionIdentifier', 1]] }));
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v4: '3.6.1-1', v5: '3.6.1-1' }, 'closes on PUBREL with other flags', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: stage.topic(), qos: 2, packetId: 5 }));
    await peer.expect('pubrec');
    const pubrel = acknowledge('pubrel', 5);
    pubrel[0] = 0x60;
    peer.send(pubrel);
    await peer.expectClosed(0x81, 0x82);
  }),
];

/** A server may send one copy for all subscriptions or one for each. Takes them all; answers the highest QoS. */
async function highestQos(
  peer: MqttPeer,
  seen: (received: Received) => void = () => undefined,
): Promise<number> {
  let highest = 0;
  for (let received = await peer.receive(); ; received = await peer.receive()) {
    seen(received);
    highest = Math.max(highest, received.qos);
    await peer.ping();
    if (!peer.hasUnread) return highest;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value);
}
