import { expectEqual, expectThat } from '../scenario.ts';
import { acknowledge, packet, publish } from './encode-packet.ts';
import { type Property, valueOf } from './properties.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';

const RECEIVE_TWO: readonly Property[] = [['receiveMaximum', 2]];
// More is not held open in one scenario, so that a list stays quick.
const WINDOW_MAX = 1_000;

/** What a client says of how much it takes: 3.1.2.11, 3.3.2.3.4, 3.3.4, 4.9. MQTT 5 only. */
export const FLOW_STATEMENTS: readonly Statement[] = [
  must({ v5: '3.1.2-24' }, 'sends nothing that is larger than the client takes', async (stage) => {
    const peer = await stage.subscriber(stage.topic(), small(128));
    const publisher = await stage.client();
    await publisher.publish({ topic: stage.topic(), payload: 'x'.repeat(500) });
    await publisher.publish({ topic: stage.topic(), payload: 'small' });
    await peer.receive('small');
  }),
  must({ v5: '3.1.2-24' }, 'sends no CONNACK that is larger than the client takes', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect(small(4)));
    const answer = await peer.next().catch(() => null);
    expectThat(answer === null || answer.byteCount <= 4, `${answer?.type} of ${answer?.byteCount} bytes`);
    await peer.socket.over();
  }),
  must({ v5: '3.1.2-25' }, 'has what is too large for delivered', async (stage) => {
    const clientId = stage.clientId();
    const init = { clientId, keeps: true, ...small(128, RECEIVE_TWO) };
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, init);
    const publisher = await stage.client();
    for (let at = 0; at < 5; at++) {
      await publisher.publish({ topic: stage.topic(), payload: 'x'.repeat(500), qos: 1 });
    }
    await publisher.publish({ topic: stage.topic(), payload: 'small', qos: 1 });
    await peer.receive('small');
    await peer.leave();
    await (await stage.back({ clientId })).expectSilence();
  }),
  must({ v5: '3.1.2-27' }, 'gives no alias to a client that takes none', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    for (const payload of ['one', 'two', 'three']) {
      await peer.publish({ topic: stage.topic(), payload });
      const { properties } = await peer.receive(payload);
      expectEqual(valueOf(properties, 'topicAlias'), undefined, 'topic alias');
    }
  }),
  must({ v5: '3.1.2-26 3.3.2-8 3.3.2-11' }, 'gives no more aliases than the client takes', async (stage) => {
    const topicAliasMaximum = 2;
    const peer = await stage.subscriber(stage.topic('+'), {
      properties: [['topicAliasMaximum', topicAliasMaximum]],
    });
    const topics = new Map<number, string>();
    for (const name of ['a', 'b', 'c', 'a', 'b', 'c', 'd']) {
      await peer.publish({ topic: stage.topic(name), payload: name });
      const { topic, properties } = await peer.receive(name);
      const alias = Number(valueOf(properties, 'topicAlias') ?? 0);
      expectThat(alias <= topicAliasMaximum, `topic alias ${alias}`);
      if (alias > 0 && topic !== '') topics.set(alias, topic);
      expectEqual(topic === '' ? topics.get(alias) : topic, stage.topic(name), 'topic');
    }
  }),
  must({ v5: '3.1.2-28' }, 'gives no response information to who asks for none', async (stage) => {
    const [, { properties }] = await stage.ask({ properties: [['requestResponseInformation', 0]] });
    expectEqual(valueOf(properties, 'responseInformation'), undefined, 'response information');
  }),
  must({ v5: '3.1.2-29' }, 'explains nothing to a client that does not want it', async (stage) => {
    const peer = await stage.client({ properties: [['requestProblemInformation', 0]] });
    const packets = [
      await peer.subscribe([stage.topic(), { filter: `$share/g/${stage.topic('b')}` }]),
      await peer.unsubscribe(stage.topic(), stage.topic('never')),
    ];
    peer.send(publish(5, { topic: stage.topic(), qos: 1 }));
    packets.push(await peer.answer('puback'));
    peer.send(publish(5, { topic: stage.topic(), qos: 2 }));
    packets.push(await peer.answer('pubrec'));
    peer.send(acknowledge('pubrel', 1), acknowledge('pubrel', 4_444));
    packets.push(await peer.answer('pubcomp'), await peer.answer('pubcomp'));
    for (const { type, properties } of packets) expectEqual(properties.length, 0, `properties of ${type}`);
  }),

  must({ v5: '3.3.2-12' }, 'takes every alias that it says it takes', async (stage) => {
    const [peer, { properties }] = await stage.ask();
    const max = Number(valueOf(properties, 'topicAliasMaximum') ?? 0);
    const aliases = [...new Set([1, Math.ceil(max / 2), max])].filter((alias) => alias > 0 && alias <= max);
    for (const alias of aliases) {
      const given: readonly Property[] = [['topicAlias', alias]];
      const topic = stage.topic(`${alias}`);
      await peer.subscribe([topic]);
      await peer.publish({ topic, payload: 'given', properties: given });
      expectEqual((await peer.receive('given')).topic, topic, 'topic');
      await peer.publish({ topic: '', payload: 'used', properties: given });
      expectEqual((await peer.receive('used')).topic, topic, 'topic');
    }
  }),
  must({ v5: '3.3.2-8' }, 'closes on the alias 0', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(5, { topic: stage.topic(), properties: [['topicAlias', 0]] }));
    await peer.expectClosed(0x81, 0x82, 0x94);
  }),
  must({ v5: '3.3.2-9 3.2.2-17 3.2.2-18' }, 'closes on an alias that is too high', async (stage) => {
    const [peer, { properties }] = await stage.ask();
    const max = Number(valueOf(properties, 'topicAliasMaximum') ?? 0);
    if (max === 0xffff) return;
    peer.send(publish(5, { topic: stage.topic(), properties: [['topicAlias', max + 1]] }));
    await peer.expectClosed(0x94, 0x82);
  }),
  must({ v5: '3.3.2-7' }, 'forgets aliases with their connection', async (stage) => {
    const clientId = stage.clientId();
    const given: readonly Property[] = [['topicAlias', 1]];
    const [first, { properties }] = await stage.ask({ clientId, keeps: true });
    if (valueOf(properties, 'topicAliasMaximum') !== undefined) {
      await first.publish({ topic: stage.topic(), properties: given });
    }
    await first.leave();
    const second = await stage.back({ clientId });
    second.send(publish(5, { topic: '', properties: given }));
    await second.expectClosed(0x82, 0x94);
  }),

  must({ v5: '3.3.4-7' }, 'closes when more values are open than it takes', async (stage) => {
    const [peer, { properties }] = await stage.ask();
    const max = Number(valueOf(properties, 'receiveMaximum') ?? 0xffff);
    if (max > WINDOW_MAX) return;
    for (let packetId = 1; packetId <= max + 1; packetId++) {
      peer.send(publish(5, { topic: stage.topic(), qos: 2, packetId }));
    }
    for (let open = 0; open < max; open++) await peer.expect('pubrec');
    await peer.expectClosed(0x93);
  }),
  must({ v5: '3.3.4-9 4.9.0-1 4.9.0-2' }, 'has no more values open than the client takes', async (stage) => {
    const { peer, received } = await filled(stage);
    await peer.expectSilence();
    peer.send(acknowledge('puback', received[0]?.packetId ?? 0));
    await peer.expect('publish');
    await peer.expectSilence();
  }),
  must({ v5: '3.3.4-10 4.9.0-3' }, 'answers everything else while values wait', async (stage) => {
    const { peer } = await filled(stage);
    peer.send(packet('pingreq'));
    await peer.expect('pingresp');
    await peer.subscribe([stage.topic('b')]);
    await peer.publish({ topic: stage.topic('b'), payload: 'QoS 0 goes by' });
    await peer.receive('QoS 0 goes by');
  }),
];

/** A client that takes two values at once, and was sent five. */
async function filled(stage: Stage) {
  const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { properties: RECEIVE_TWO });
  const publisher = await stage.client();
  for (let at = 0; at < 5; at++) await publisher.publish({ topic: stage.topic(), payload: `${at}`, qos: 1 });
  return { peer, received: [await peer.expect('publish'), await peer.expect('publish')] };
}

function small(
  bytes: number,
  others: readonly Property[] = [],
): { readonly properties: readonly Property[] } {
  return { properties: [['maximumPacketSize', bytes], ...others] };
}
