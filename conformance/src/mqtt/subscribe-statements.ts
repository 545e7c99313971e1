import { expectEqual, expectThat } from '../scenario.ts';
import { publish, subscribe, unsubscribe } from './encode-packet.ts';
import { must, type Statement } from './statement.ts';

const NOT_UTF8 = Buffer.from([0x78, 0xed, 0xa0, 0x80]);

/** Chapters 3.8 and 3.9: SUBSCRIBE and its answer. */
export const SUBSCRIBE_STATEMENTS: readonly Statement[] = [
  must('3.8.1-1', 'closes on SUBSCRIBE with other flags', async (stage) => {
    const peer = await stage.client();
    const bytes = subscribe(stage.version, [{ filter: stage.topic() }]);
    bytes[0] = 0x80;
    peer.send(bytes);
    await peer.expectClosed(0x81, 0x82);
  }),
  must('3.8.3-1', 'closes on a filter that is not UTF-8', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(stage.version, [{ filter: NOT_UTF8 }]));
    await peer.expectClosed(0x81, 0x82, 0x8f);
  }),
  must({ v4: '3.8.3-3', v5: '3.8.3-2' }, 'closes on SUBSCRIBE without a filter', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(stage.version, []));
    await peer.expectClosed(0x81, 0x82);
  }),
  ...[0x40, 0x80].map((reserved) =>
    must({ v4: '3.8.3-4', v5: '3.8.3-5' }, `closes on the reserved option ${reserved}`, async (stage) => {
      const peer = await stage.client();
      peer.send(subscribe(stage.version, [{ filter: stage.topic(), reserved }]));
      await peer.expectClosed(0x81, 0x82);
    }),
  ),
  must({ v4: '3.8.3-4', v5: '3.8.3-5' }, 'closes on a subscription with QoS 3', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(stage.version, [{ filter: stage.topic(), qos: 3 }]));
    await peer.expectClosed(0x81, 0x82);
  }),
  must({ v4: '3.8.3-4' }, 'closes on options that only MQTT 5 has', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(4, [{ filter: stage.topic(), isNoLocal: true }]));
    await peer.expectClosed();
  }),
  must({ v5: '3.8.3-3' }, 'does not send a client its own values, where that is asked for', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), isNoLocal: true });
    await peer.publish({ topic: stage.topic(), payload: 'own', qos: 1 });
    await (await stage.client()).publish({ topic: stage.topic(), payload: 'from elsewhere', qos: 1 });
    await peer.receive('from elsewhere');
    await peer.expectSilence();
  }),
  must({ v5: '3.8.3-4' }, 'closes on a shared subscription without its own values', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(5, [{ filter: `$share/group/${stage.topic()}`, isNoLocal: true }]));
    await peer.expectClosed(0x82);
  }),
  must('3.8.4-1', 'answers SUBSCRIBE with SUBACK', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(stage.version, [{ filter: stage.topic() }]));
    await peer.expect('suback');
  }),
  must('3.8.4-2', 'answers under the identifier of SUBSCRIBE', async (stage) => {
    const peer = await stage.client();
    for (const packetId of [1, 0x100, 0xffff]) await peer.subscribe([stage.topic()], { packetId });
  }),
  must('3.8.4-3', 'replaces a subscription by one with the same filter', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    await peer.subscribe([{ filter: stage.topic(), qos: 0 }]);
    await peer.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
    expectEqual((await peer.receive('x')).qos, 0, 'QoS');
    await peer.expectSilence();
  }),
  must({ v4: '3.8.4-3', v5: '3.8.4-4' }, 'loses nothing while a subscription is replaced', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 });
    const publisher = await stage.client();
    const payloads = Array.from({ length: 15 }, (_, at) => `value ${at}`);
    publisher.send(
      ...payloads.map((payload, at) =>
        publish(stage.version, { topic: stage.topic(), payload, qos: 1, packetId: at + 1 }),
      ),
    );
    for (let again = 0; again < 5; again++) await peer.subscribe([{ filter: stage.topic(), qos: 1 }]);
    for (const payload of payloads) await peer.receive(payload);
  }),
  must(
    { v4: '3.8.4-4', v5: '3.8.4-5' },
    'takes several filters as if they came one by one',
    async (stage) => {
      const peer = await stage.client();
      await peer.subscribe([stage.topic('a'), stage.topic('b'), { filter: stage.topic('a'), qos: 1 }]);
      await peer.publish({ topic: stage.topic('a'), payload: 'a', qos: 1 });
      expectEqual((await peer.receive('a')).qos, 1, 'QoS');
      await peer.publish({ topic: stage.topic('b'), payload: 'b', qos: 1 });
      expectEqual((await peer.receive('b')).qos, 0, 'QoS');
      await peer.expectSilence();
    },
  ),
  must({ v4: '3.8.4-5', v5: '3.8.4-6 3.8.4-7' }, 'says for each filter what is granted', async (stage) => {
    const peer = await stage.client();
    const filters = [2, 0, 1].map((qos) => ({ filter: stage.topic(`${qos}`), qos }));
    const { reasons } = await peer.subscribe(filters);
    expectEqual(reasons.length, 3, 'codes in SUBACK');
    for (const [at, { qos }] of filters.entries()) {
      const granted = reasons[at] ?? 0x80;
      expectThat(granted <= qos || granted >= 0x80, `${granted} was granted for ${qos}`);
    }
  }),
  must({ v4: '3.8.4-6', v5: '3.8.4-8' }, 'delivers with the lower of both QoS', async (stage) => {
    for (const granted of [0, 1, 2]) {
      const topic = stage.topic(`${granted}`);
      const peer = await stage.subscriber({ filter: topic, qos: granted });
      for (const qos of [0, 1, 2]) {
        await peer.publish({ topic, payload: 'x', qos });
        expectEqual((await peer.receive('x')).qos, Math.min(qos, granted), `QoS ${qos} through ${granted}`);
      }
    }
  }),
  must('3.9.3-1', 'answers in the order of the filters', async (stage) => {
    const peer = await stage.client();
    const qos = [1, 0, 2, 0, 1, 2];
    const { reasons } = await peer.subscribe(
      qos.map((of, at) => ({ filter: stage.topic(`${at}`), qos: of })),
    );
    expectEqual(reasons.join(), qos.join(), 'codes in SUBACK');
  }),
  must('3.9.3-2', 'answers with the codes that SUBACK may have', async (stage) => {
    const peer = await stage.client();
    const { reasons } = await peer.subscribe([stage.topic(), { filter: stage.topic('#'), qos: 2 }]);
    expectEqual(reasons.length, 2, 'codes in SUBACK');
  }),
];

/** Chapters 3.10 and 3.11: UNSUBSCRIBE and its answer. */
export const UNSUBSCRIBE_STATEMENTS: readonly Statement[] = [
  must('3.10.1-1', 'closes on UNSUBSCRIBE with other flags', async (stage) => {
    const peer = await stage.client();
    const bytes = unsubscribe(stage.version, [stage.topic()]);
    bytes[0] = 0xa0;
    peer.send(bytes);
    await peer.expectClosed(0x81, 0x82);
  }),
  must('3.10.3-1', 'closes on a filter that is not UTF-8', async (stage) => {
    const peer = await stage.client();
    peer.send(unsubscribe(stage.version, [NOT_UTF8]));
    await peer.expectClosed(0x81, 0x82, 0x8f);
  }),
  must('3.10.3-2', 'closes on UNSUBSCRIBE without a filter', async (stage) => {
    const peer = await stage.client();
    peer.send(unsubscribe(stage.version, []));
    await peer.expectClosed(0x81, 0x82);
  }),
  must('3.10.4-1', 'ends the subscription with exactly this filter', async (stage) => {
    const peer = await stage.client();
    await peer.subscribe([stage.topic('+'), stage.topic('b/c')]);
    await peer.unsubscribe(stage.topic('a'), stage.topic('#'), stage.topic('B/C'));
    await peer.publish({ topic: stage.topic('a'), payload: 'a' });
    await peer.receive('a');
    await peer.unsubscribe(stage.topic('+'));
    await peer.publish({ topic: stage.topic('a'), payload: 'a' });
    await peer.publish({ topic: stage.topic('b/c'), payload: 'c' });
    await peer.receive('c');
  }),
  must('3.10.4-2', 'adds nothing for who unsubscribed', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 1 });
    await peer.unsubscribe(stage.topic());
    await peer.publish({ topic: stage.topic(), qos: 1 });
    await peer.expectSilence();
  }),
  must('3.10.4-3', 'brings to an end what it began to deliver', async (stage) => {
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    await peer.publish({ topic: stage.topic(), payload: 'begun', qos: 2 });
    const begun = await peer.expect('publish');
    await peer.unsubscribe(stage.topic());
    await peer.complete(begun);
  }),
  must({ v4: '3.10.4-4', v5: '3.10.4-4' }, 'answers UNSUBSCRIBE with UNSUBACK', async (stage) => {
    const peer = await stage.subscriber(stage.topic());
    peer.send(unsubscribe(stage.version, [stage.topic()], 0x2233));
    expectEqual((await peer.expect('unsuback')).packetId, 0x2233, 'packet identifier of UNSUBACK');
  }),
  must('3.10.4-5', 'answers UNSUBSCRIBE where nothing was subscribed', async (stage) => {
    const peer = await stage.client();
    await peer.unsubscribe(stage.topic('never'));
  }),
  must('3.10.4-6', 'takes several filters as if they came one by one', async (stage) => {
    const peer = await stage.client();
    await peer.subscribe([stage.topic('a'), stage.topic('b'), stage.topic('c')]);
    await peer.unsubscribe(stage.topic('a'), stage.topic('never'), stage.topic('c'));
    for (const name of ['a', 'c', 'b']) await peer.publish({ topic: stage.topic(name), payload: name });
    await peer.receive('b');
    await peer.expectSilence();
  }),
  must(
    { v5: '3.11.3-1 3.11.3-2' },
    'says for each filter, in their order, whether it was there',
    async (stage) => {
      const peer = await stage.client();
      await peer.subscribe([stage.topic('a'), stage.topic('c')]);
      const { reasons } = await peer.unsubscribe(stage.topic('a'), stage.topic('b'), stage.topic('c'));
      expectEqual(reasons.join(), '0,17,0', 'codes in UNSUBACK');
    },
  ),
];
