import { expectEqual, expectThat } from '../scenario.ts';
import type { MqttPeer } from './mqtt-peer.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';

/** The flag RETAIN, 3.3.1.3, and what a subscription says of it, 3.8.3.1. */
export const RETAIN_STATEMENTS: readonly Statement[] = [
  retained('3.3.1-5', 'keeps the last value with RETAIN, and its QoS', async (stage, publisher) => {
    await publisher.publish({ topic: stage.topic(), payload: 'first', qos: 2, isRetained: true });
    await publisher.publish({ topic: stage.topic(), payload: 'last', qos: 1, isRetained: true });
    const peer = await stage.subscriber({ filter: stage.topic(), qos: 2 });
    expectEqual((await peer.receive('last')).qos, 1, 'QoS');
    await peer.expectSilence();
  }),
  retained(
    { v4: '3.3.1-6', v5: '3.3.1-9' },
    'sends a new subscriber the value of each topic',
    async (stage, publisher) => {
      await publisher.publish({ topic: stage.topic('a'), payload: 'a', isRetained: true });
      await publisher.publish({ topic: stage.topic('b'), payload: 'b', isRetained: true });
      await publisher.publish({ topic: stage.topic('b/c'), payload: 'c', isRetained: true });
      const peer = await stage.subscriber(stage.topic('+'));
      const payloads = [(await peer.receive()).payload, (await peer.receive()).payload];
      expectEqual(payloads.sort().join(), 'a,b', 'retained values');
      await peer.expectSilence();
    },
  ),
  retained({ v4: '3.3.1-7' }, 'drops what it kept for a new value with QoS 0', async (stage, publisher) => {
    await publisher.publish({ topic: stage.topic(), payload: 'old', qos: 1, isRetained: true });
    await publisher.publish({ topic: stage.topic(), payload: 'new', isRetained: true });
    const peer = await stage.subscriber(stage.topic());
    await peer.ping();
    if (peer.hasUnread) await peer.receive('new');
  }),
  retained(
    { v4: '3.3.1-8', v5: '3.3.1-9' },
    'marks what a new subscriber is sent',
    async (stage, publisher) => {
      await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
      const peer = await stage.subscriber(stage.topic());
      expectThat((await peer.receive('kept')).isRetained, 'RETAIN is not set');
    },
  ),
  retained(
    { v4: '3.3.1-9', v5: '3.3.1-12' },
    'does not mark what comes to a subscription that was there',
    async (stage, publisher) => {
      const peer = await stage.subscriber(stage.topic());
      await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
      expectThat(!(await peer.receive('kept')).isRetained, 'RETAIN is set');
    },
  ),
  retained({ v5: '3.3.1-13' }, 'marks what was marked, where that is asked for', async (stage, publisher) => {
    const peer = await stage.subscriber({ filter: stage.topic(), isRetainAsPublished: true });
    await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
    expectThat((await peer.receive('kept')).isRetained, 'RETAIN is not set');
    await publisher.publish({ topic: stage.topic(), payload: 'passing' });
    expectThat(!(await peer.receive('passing')).isRetained, 'RETAIN is set');
  }),
  retained(
    { v4: '3.3.1-10', v5: '3.3.1-6' },
    'forgets what it kept for an empty value, and passes that on',
    async (stage, publisher) => {
      await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
      const first = await stage.subscriber(stage.topic());
      await first.receive('kept');
      await publisher.publish({ topic: stage.topic(), isRetained: true });
      await first.receive('');
      const second = await stage.subscriber(stage.topic());
      await second.expectSilence();
    },
  ),
  retained({ v4: '3.3.1-11', v5: '3.3.1-7' }, 'keeps no empty value', async (stage, publisher) => {
    await publisher.publish({ topic: stage.topic(), qos: 1, isRetained: true });
    const peer = await stage.subscriber(stage.topic());
    await peer.expectSilence();
  }),
  retained(
    { v4: '3.3.1-12', v5: '3.3.1-8' },
    'keeps no value without RETAIN, and what it kept before',
    async (stage, publisher) => {
      await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
      await publisher.publish({ topic: stage.topic(), payload: 'passing', qos: 1 });
      await publisher.publish({ topic: stage.topic(), qos: 1 });
      await publisher.publish({ topic: stage.topic('b'), payload: 'passing', qos: 1 });
      const peer = await stage.subscriber(stage.topic('#'));
      await peer.receive('kept');
      await peer.expectSilence();
    },
  ),
  retained(
    { v5: '3.3.1-10' },
    'sends kept values to a new subscription only, where that is asked for',
    async (stage, publisher) => {
      await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
      const filter = { filter: stage.topic(), retainHandling: 1 };
      const peer = await stage.subscriber(filter);
      await peer.receive('kept');
      await peer.subscribe([filter]);
      await peer.expectSilence();
      await peer.unsubscribe(filter.filter);
      await peer.subscribe([filter]);
      await peer.receive('kept');
    },
  ),
  retained({ v5: '3.3.1-11' }, 'sends no kept values, where that is asked for', async (stage, publisher) => {
    await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
    const peer = await stage.subscriber({ filter: stage.topic(), retainHandling: 2 });
    await peer.expectSilence();
  }),
  retained(
    { v4: '3.8.4-3', v5: '3.8.4-4' },
    'sends kept values again for a subscription that is made again',
    async (stage, publisher) => {
      await publisher.publish({ topic: stage.topic(), payload: 'kept', isRetained: true });
      const peer = await stage.subscriber(stage.topic());
      await peer.receive('kept');
      await peer.subscribe([stage.topic()]);
      await peer.receive('kept');
    },
  ),
];

/** A publisher is there already, and nothing is kept any more in the end. */
function retained(
  numbers: Parameters<typeof must>[0],
  title: string,
  talk: (stage: Stage, publisher: MqttPeer) => Promise<void>,
): Statement {
  return must(numbers, title, async (stage) => {
    const publisher = await stage.client();
    await talk(stage, publisher);
    for (const name of ['a', 'b', 'b/c'])
      await publisher.publish({ topic: stage.topic(name), isRetained: true });
  });
}
