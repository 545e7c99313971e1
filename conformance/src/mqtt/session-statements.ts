import { setTimeout as passing } from 'node:timers/promises';
import { expectEqual, expectThat } from '../scenario.ts';
import { acknowledge, disconnect } from './encode-packet.ts';
import { must, type Statement } from './statement.ts';

/** Sessions: 3.1.2.4, 4.1, 4.4 and what 4.5 and 4.6 say of them. */
export const SESSION_STATEMENTS: readonly Statement[] = [
  must(
    { v4: '3.1.2-4', v5: '3.1.2-5' },
    'goes on with a session, its subscriptions and all',
    async (stage) => {
      const clientId = stage.clientId();
      const first = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
      await first.leave();
      const second = await stage.back({ clientId });
      await second.publish({ topic: stage.topic(), payload: 'again', qos: 1 });
      await second.receive('again');
    },
  ),
  must({ v4: '3.1.2-4', v5: '3.1.2-6' }, 'begins a session where there is none', async (stage) => {
    const clientId = stage.clientId();
    const [first, { isSessionPresent }] = await stage.ask({ clientId, keeps: true });
    expectThat(!isSessionPresent, 'session present');
    await first.leave();
    await stage.back({ clientId });
  }),
  must({ v4: '3.1.2-5', v5: '3.1.2-23' }, 'keeps values of QoS 1 and 2 for who is away', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 }, { clientId, keeps: true });
    await peer.leave();
    const publisher = await stage.client();
    await publisher.publish({ topic: stage.topic(), payload: 'one', qos: 1 });
    await publisher.publish({ topic: stage.topic(), payload: 'two', qos: 2 });
    const back = await stage.back({ clientId });
    const first = await back.receive('one');
    const second = await back.receive('two');
    expectEqual(`${first.qos} ${second.qos}`, '1 2', 'QoS');
    expectThat(!first.isDuplicate && !second.isDuplicate, 'DUP of a first delivery');
  }),
  must(
    { v4: '3.1.2-6 3.1.4-3', v5: '3.1.2-4 3.1.4-4' },
    'throws a session away for a clean start',
    async (stage) => {
      const clientId = stage.clientId();
      const first = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
      await first.leave();
      const publisher = await stage.client();
      await publisher.publish({ topic: stage.topic(), payload: 'before', qos: 1 });
      const second = await stage.client({ clientId });
      await publisher.publish({ topic: stage.topic(), payload: 'after', qos: 1 });
      await second.expectSilence();
    },
  ),
  must(
    { v4: '3.1.2-6', v5: '4.1.0-2' },
    'keeps no session that was to end with its connection',
    async (stage) => {
      const clientId = stage.clientId();
      await (await stage.subscriber(stage.topic(), { clientId })).leave();
      const [, { isSessionPresent }] = await stage.ask({ clientId, keeps: true });
      expectThat(!isSessionPresent, 'session present');
    },
  ),
  must({ v4: '3.1.2-7' }, 'keeps retained values when the session of their publisher ends', async (stage) => {
    const publisher = await stage.client();
    await publisher.publish({ topic: stage.topic(), payload: 'kept', qos: 1, isRetained: true });
    await publisher.leave();
    const peer = await stage.subscriber(stage.topic());
    await peer.receive('kept');
    await peer.publish({ topic: stage.topic(), isRetained: true });
  }),
  must('3.1.3-2', 'tells sessions apart by their client identifiers', async (stage) => {
    const [one, other] = [stage.clientId(), stage.clientId()];
    await (await stage.client({ clientId: one, keeps: true })).leave();
    const [, { isSessionPresent }] = await stage.ask({ clientId: other, keeps: true });
    expectThat(!isSessionPresent, 'session present');
    await stage.back({ clientId: one });
  }),
  must('4.1.0-1', 'keeps a session while it is connected', async (stage) => {
    const clientId = stage.clientId();
    await stage.client({ clientId, keeps: true });
    await stage.back({ clientId });
  }),
  must({ v4: '4.1.0-2' }, 'keeps a clean session while it is connected', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 });
    await passing(1_000);
    await peer.publish({ topic: stage.topic(), payload: 'still there', qos: 1 });
    await peer.receive('still there');
  }),
  must({ v5: '4.1.0-2' }, 'drops a session when its time is over', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.client({ clientId, properties: [['sessionExpiryInterval', 1]] });
    await peer.leave();
    await passing(2_500);
    const [, { isSessionPresent }] = await stage.ask({ clientId, keeps: true });
    expectThat(!isSessionPresent, 'session present');
  }),
  must({ v5: '4.1.0-2' }, 'goes by the expiry that DISCONNECT says', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.client({ clientId, keeps: true });
    peer.send(disconnect(5, 0, [['sessionExpiryInterval', 0]]));
    peer.socket.finish();
    await peer.socket.over();
    const [, { isSessionPresent }] = await stage.ask({ clientId, keeps: true });
    expectThat(!isSessionPresent, 'session present');
  }),

  must('3.3.1-1', 'marks what it sends again as a duplicate', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
    await peer.publish({ topic: stage.topic(), payload: 'again', qos: 1 });
    expectThat(!(await peer.expect('publish')).isDuplicate, 'DUP of a first delivery');
    peer.drop();
    const back = await stage.back({ clientId });
    expectThat((await back.receive('again')).isDuplicate, 'sent again without DUP');
  }),
  must('4.4.0-1', 'sends PUBLISH and PUBREL again under their identifiers', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 }, { clientId, keeps: true });
    await peer.publish({ topic: stage.topic(), payload: 'one', qos: 2 });
    const one = await peer.expect('publish');
    peer.send(acknowledge('pubrec', one.packetId));
    await peer.expect('pubrel');
    await peer.publish({ topic: stage.topic(), payload: 'two', qos: 2 });
    const two = await peer.expect('publish');
    await peer.publish({ topic: stage.topic(), payload: 'three', qos: 1 });
    const three = await peer.expect('publish');
    peer.drop();
    const back = await stage.back({ clientId });
    const again = [await back.next(), await back.next(), await back.next()];
    expectEqual(
      again.map(({ type, packetId }) => `${type} ${packetId}`).join(),
      `pubrel ${one.packetId},publish ${two.packetId},publish ${three.packetId}`,
      'what is sent again',
    );
  }),
  must('4.4.0-1', 'sends again what was away and never acknowledged, and nothing else', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
    await peer.publish({ topic: stage.topic(), payload: 'done', qos: 1 });
    await peer.receive('done');
    await peer.expectSilence();
    await peer.leave();
    const back = await stage.back({ clientId });
    await back.expectSilence();
  }),
  must({ v5: '4.4.0-1' }, 'sends nothing again while the connection lasts', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 });
    await peer.publish({ topic: stage.topic(), payload: 'waiting', qos: 1 });
    await peer.expect('publish');
    await passing(3_000);
    await peer.expectSilence();
  }),
  ...[1, 2].map((qos) =>
    must({ v5: '4.4.0-2' }, `sends nothing again that was refused with QoS ${qos}`, async (stage) => {
      const clientId = stage.clientId();
      const peer = await stage.subscriber({ filter: stage.topic(), qos }, { clientId, keeps: true });
      await peer.publish({ topic: stage.topic(), payload: 'no, thank you', qos });
      const { packetId } = await peer.expect('publish');
      peer.send(acknowledge(qos === 1 ? 'puback' : 'pubrec', packetId, 0x80));
      await peer.expectSilence();
      peer.drop();
      const back = await stage.back({ clientId });
      await back.expectSilence();
    }),
  ),
  must('4.5.0-1', 'adds a value to the session of everybody who subscribed', async (stage) => {
    const clientId = stage.clientId();
    const away = await stage.subscriber({ filter: stage.topic(), qos: 1 }, { clientId, keeps: true });
    await away.leave();
    const here = await stage.subscriber({ filter: stage.topic('+'), qos: 1 });
    const publisher = await stage.client();
    await publisher.publish({ topic: stage.topic(), payload: 'to all', qos: 1 });
    await here.receive('to all');
    const back = await stage.back({ clientId });
    await back.receive('to all');
  }),

  must({ v4: '4.6.0-1' }, 'sends again in the order of the first time', async (stage) => {
    const clientId = stage.clientId();
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 }, { clientId, keeps: true });
    const payloads = ['one', 'two', 'three', 'four'];
    for (const [at, payload] of payloads.entries()) {
      await peer.publish({ topic: stage.topic(), payload, qos: 1 + (at % 2) });
      await peer.expect('publish');
    }
    peer.drop();
    const back = await stage.back({ clientId });
    const again = [];
    for (const _ of payloads) again.push((await back.expect('publish')).payload);
    expectEqual(again.join(), payloads.join(), 'what is sent again');
  }),
  must({ v4: '4.6.0-4 4.6.0-6' }, 'sends PUBREL in the order of PUBREC', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    const identifiers = [];
    for (const payload of ['one', 'two', 'three']) {
      await peer.publish({ topic: stage.topic(), payload, qos: 2 });
      identifiers.unshift((await peer.expect('publish')).packetId);
    }
    peer.send(...identifiers.map((packetId) => acknowledge('pubrec', packetId)));
    const released = [];
    for (const _ of identifiers) released.push((await peer.expect('pubrel')).packetId);
    expectEqual(released.join(), identifiers.join(), 'packet identifiers of PUBREL');
  }),
  ...[0, 1, 2].map((qos) =>
    must(
      '4.6.0-5 4.6.0-6',
      `passes on values of QoS ${qos} in the order in which they came`,
      async (stage) => {
        const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
        const publisher = await stage.client();
        const payloads = Array.from({ length: 15 }, (_, at) => `value ${at}`);
        for (const payload of payloads) await publisher.publish({ topic: stage.topic(), payload, qos });
        for (const payload of payloads) await peer.receive(payload);
      },
    ),
  ),
];
