import { setTimeout as passing } from 'node:timers/promises';
import { expectEqual, expectThat } from '../scenario.ts';
import { acknowledge, publish } from './encode-packet.ts';
import type { Property } from './properties.ts';
import { must, type Statement } from './statement.ts';

/** Chapter 4.3: the three ways to deliver, as receiver and as sender. */
export const DELIVERY_STATEMENTS: readonly Statement[] = [
  must('4.3.1-1', 'sends QoS 0 without DUP', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    await peer.publish({ topic: stage.topic(), payload: 'x' });
    const received = await peer.receive('x');
    expectEqual(received.qos, 0, 'QoS');
    expectThat(!received.isDuplicate, 'DUP');
    await peer.expectSilence();
  }),

  ...[1, 2].map((qos) =>
    must(
      { v4: `4.3.${qos + 1}-1`, v5: `4.3.${qos + 1}-1 4.3.${qos + 1}-2` },
      `sends QoS ${qos} without DUP, under an identifier that is free`,
      async (stage) => {
        const peer = await stage.subscriber({ filter: stage.topic(), qos });
        const open = new Set<number>();
        for (let at = 0; at < 10; at++) {
          await peer.publish({ topic: stage.topic(), payload: `value ${at}`, qos });
          const received = await peer.expect('publish');
          expectEqual(received.qos, qos, 'QoS');
          expectThat(!received.isDuplicate, 'DUP of a first delivery');
          expectThat(!open.has(received.packetId), `identifier ${received.packetId} twice`);
          open.add(received.packetId);
        }
      },
    ),
  ),
  must({ v4: '4.3.2-1', v5: '4.3.2-3' }, 'has QoS 1 for unacknowledged until PUBACK', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
    await peer.publish({ topic: stage.topic(), payload: 'x', qos: 1 });
    const { packetId } = await peer.expect('publish');
    peer.drop();
    const second = await stage.back({ clientId });
    expectEqual((await second.receive('x')).packetId, packetId, 'packet identifier');
    await second.expectSilence();
    second.drop();
    await (await stage.back({ clientId })).expectSilence();
  }),
  must({ v4: '4.3.2-2', v5: '4.3.2-4' }, 'answers QoS 1 with PUBACK and passes it on', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    const publisher = await stage.client();
    await publisher.publish({ topic: stage.topic(), payload: 'x', qos: 1, packetId: 77 });
    await peer.receive('x');
  }),
  must(
    { v4: '4.3.2-2', v5: '4.3.2-5' },
    'has what comes after PUBACK for a new value, DUP or not',
    async (stage) => {
      const peer = await stage.subscriber(stage.topic());
      for (const isDuplicate of [false, true]) {
        const payload = `DUP ${isDuplicate}`;
        await peer.publish({ topic: stage.topic(), payload, qos: 1, packetId: 9, isDuplicate });
        await peer.receive(payload);
      }
    },
  ),

  must({ v4: '4.3.3-1', v5: '4.3.3-3' }, 'has QoS 2 for unacknowledged until PUBREC', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 }, { clientId, keeps: true });
    await peer.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
    const { packetId } = await peer.expect('publish');
    peer.drop();
    const second = await stage.back({ clientId });
    const again = await second.receive('x');
    expectEqual(again.packetId, packetId, 'packet identifier');
    expectThat(again.isDuplicate, 'sent again without DUP');
  }),
  must({ v4: '4.3.3-1', v5: '4.3.3-4' }, 'answers PUBREC with PUBREL', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    await peer.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
    const { packetId } = await peer.expect('publish');
    peer.send(acknowledge('pubrec', packetId));
    const pubrel = await peer.expect('pubrel');
    expectEqual(pubrel.packetId, packetId, 'packet identifier of PUBREL');
    expectEqual(pubrel.reason, 0, 'reason of PUBREL');
  }),
  must({ v5: '4.3.3-4' }, 'does not answer a PUBREC that says no', async (stage) => {
    const peer = await stage.client();
    peer.send(acknowledge('pubrec', 4_444, 0x80));
    await peer.expectSilence();
  }),
  must(
    { v4: '4.3.3-1', v5: '4.3.3-5 4.3.3-6' },
    'sends PUBREL, not PUBLISH, again until PUBCOMP',
    async (stage) => {
      const clientId = stage.clientId();
      const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 }, { clientId, keeps: true });
      await peer.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
      const { packetId } = await peer.expect('publish');
      peer.send(acknowledge('pubrec', packetId));
      await peer.expect('pubrel');
      peer.drop();
      const second = await stage.back({ clientId });
      expectEqual((await second.expect('pubrel')).packetId, packetId, 'packet identifier of PUBREL');
      second.send(acknowledge('pubcomp', packetId));
      await second.expectSilence();
      second.drop();
      await (await stage.back({ clientId })).expectSilence();
    },
  ),
  must({ v5: '4.3.3-7' }, 'lets nothing expire that it has sent', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 }, { clientId, keeps: true });
    const properties: readonly Property[] = [['messageExpiryInterval', 1]];
    await peer.publish({ topic: stage.topic(), payload: 'x', qos: 2, properties });
    await peer.expect('publish');
    peer.drop();
    await passing(2_200);
    await (await stage.back({ clientId })).receive('x');
  }),
  must({ v4: '4.3.3-2', v5: '4.3.3-8' }, 'answers QoS 2 with PUBREC and passes it on once', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    const publisher = await stage.client();
    await publisher.publish({ topic: stage.topic(), payload: 'x', qos: 2, packetId: 77 });
    await peer.receive('x');
    await peer.expectSilence();
  }),
  must(
    { v4: '4.3.3-2', v5: '4.3.3-10' },
    'answers QoS 2 again with PUBREC and passes nothing on twice',
    async (stage) => {
      const peer = await stage.subscriber(stage.topic());
      const publisher = await stage.client();
      const value = { topic: stage.topic(), payload: 'once', qos: 2, packetId: 5 };
      for (const isDuplicate of [false, true, true]) {
        publisher.send(publish(stage.version, { ...value, isDuplicate }));
        expectEqual((await publisher.expect('pubrec')).packetId, 5, 'packet identifier of PUBREC');
      }
      publisher.send(acknowledge('pubrel', 5));
      await publisher.expect('pubcomp');
      await peer.receive('once');
      await peer.expectSilence();
    },
  ),
  must({ v4: '4.3.3-2', v5: '4.3.3-10' }, 'passes nothing on twice over two connections', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber(stage.topic());
    const first = await stage.client({ clientId, keeps: true });
    const value = { topic: stage.topic(), payload: 'once', qos: 2, packetId: 5 };
    first.send(publish(stage.version, value));
    await first.expect('pubrec');
    first.drop();
    const second = await stage.back({ clientId });
    second.send(publish(stage.version, { ...value, isDuplicate: true }));
    await second.expect('pubrec');
    second.send(acknowledge('pubrel', 5));
    await second.expect('pubcomp');
    await peer.receive('once');
    await peer.expectSilence();
  }),
  must({ v4: '4.3.3-2', v5: '4.3.3-11' }, 'answers PUBREL with PUBCOMP', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: stage.topic(), qos: 2, packetId: 6 }));
    await peer.expect('pubrec');
    for (const _ of ['first', 'again']) {
      peer.send(acknowledge('pubrel', 6));
      expectEqual((await peer.expect('pubcomp')).packetId, 6, 'packet identifier of PUBCOMP');
    }
  }),
  must({ v4: '4.3.3-2', v5: '4.3.3-12' }, 'has what comes after PUBCOMP for a new value', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    for (const payload of ['one', 'two']) {
      await peer.publish({ topic: stage.topic(), payload, qos: 2, packetId: 6 });
      await peer.receive(payload);
    }
  }),
  must({ v5: '4.3.3-13' }, 'goes on to the end with QoS 2 that has expired', async (stage) => {
    const peer = await stage.client();
    const properties: readonly Property[] = [['messageExpiryInterval', 1]];
    peer.send(publish(5, { topic: stage.topic(), qos: 2, packetId: 6, properties }));
    await peer.expect('pubrec');
    await passing(2_000);
    peer.send(acknowledge('pubrel', 6));
    expectEqual((await peer.expect('pubcomp')).reason, 0, 'reason of PUBCOMP');
  }),
];
