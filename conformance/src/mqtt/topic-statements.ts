import { expectEqual, expectThat } from '../scenario.ts';
import { packet, publish, subscribe, unsubscribe } from './encode-packet.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';
import { byte, twoBytes } from './wire-values.ts';

// Filter, topics that it takes, topics that it does not.
const MATCHES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['sport/#', ['sport', 'sport/', 'sport/a', 'sport/a/b/c'], ['sports', 'a/sport', 'Sport/a']],
  ['sport/+', ['sport/a', 'sport/'], ['sport', 'sport/a/b']],
  ['+/b', ['a/b', '/b'], ['b', 'a/b/c']],
  ['a/+/c', ['a/b/c', 'a//c'], ['a/c', 'a/b/b/c']],
  ['+/+', ['/finance', 'a/b'], ['a', 'a/b/c']],
  ['a/+/#', ['a/b', 'a/b/c/d', 'a/'], ['a']],
];

/** Chapter 4.7: topics and filters. */
export const TOPIC_STATEMENTS: readonly Statement[] = [
  must({ v4: '4.7.1-1', v5: '4.7.0-1' }, 'takes no topic with a wildcard', async (stage) => {
    for (const name of ['#', 'a/+/b']) {
      const peer = await stage.client();
      peer.send(publish(stage.version, { topic: stage.topic(name), qos: 1 }));
      await peer.expectClosed(0x81, 0x82, 0x90);
    }
  }),
  ...['a#', 'a/#/b', '#/', 'a/b#'].map((name) =>
    must({ v4: '4.7.1-2', v5: '4.7.1-1' }, `does not take the filter ${name}`, (stage) =>
      expectRefused(stage, stage.topic(name)),
    ),
  ),
  ...['a+', '+a/b', 'a/b+', 'a/+b/c'].map((name) =>
    must({ v4: '4.7.1-3', v5: '4.7.1-2' }, `does not take the filter ${name}`, (stage) =>
      expectRefused(stage, stage.topic(name)),
    ),
  ),
  ...MATCHES.map(([filter, takes, passesBy]) =>
    must(
      filter.includes('+') ? { v4: '4.7.1-3', v5: '4.7.1-2' } : { v4: '4.7.1-2', v5: '4.7.1-1' },
      `matches ${filter} as it should`,
      async (stage) => {
        const peer = await stage.subscriber(stage.topic(filter));
        for (const name of [...passesBy, ...takes]) await peer.publish({ topic: stage.topic(name) });
        for (const name of takes) expectEqual((await peer.receive()).topic, stage.topic(name), 'topic');
        await peer.expectSilence();
      },
    ),
  ),
  must('4.7.2-1', 'keeps topics that begin with $ from wildcards', async (stage) => {
    const topic = `$${stage.topic('x').replaceAll('/', '-')}/x`;
    const peer = await stage.client();
    await peer.subscribe(['+/x', topic]);
    const publisher = await stage.client();
    await publisher.publish({ topic, payload: 'x', qos: 1 });
    expectEqual((await peer.receive('x')).topic, topic, 'topic');
    await peer.unsubscribe(topic);
    await publisher.publish({ topic, payload: 'x', qos: 1 });
    await peer.expectSilence();
  }),
  must('4.7.3-1', 'does not take an empty filter', (stage) => expectRefused(stage, '')),
  must('4.7.3-1', 'does not take an empty filter in UNSUBSCRIBE', async (stage) => {
    const peer = await stage.client();
    peer.send(unsubscribe(stage.version, ['']));
    await peer.expectClosed(0x81, 0x82, 0x8f);
  }),
  must('4.7.3-1', 'does not take an empty topic', async (stage) => {
    const peer = await stage.client();
    peer.send(publish(stage.version, { topic: '' }));
    await peer.expectClosed(0x81, 0x82, 0x90);
  }),
  must('4.7.3-2', 'does not take U+0000 in a filter', async (stage) => {
    const peer = await stage.client();
    peer.send(subscribe(stage.version, [{ filter: stage.topic('a\0') }]));
    await peer.expectClosed(0x81, 0x82, 0x8f);
  }),
  must('4.7.3-3', 'takes no topic that is longer than its packet', async (stage) => {
    const peer = await stage.client();
    peer.send(packet('publish', [twoBytes(0xffff), byte(0x61)]));
    await peer.expectClosed(0x81, 0x82);
  }),
  must('4.7.3-4', 'compares topics as they are', async (stage) => {
    const composed = 'caf\u00e9';
    const peer = await stage.subscriber(stage.topic(composed));
    for (const name of ['cafe\u0301', 'CAF\u00c9', 'caf\u00e9 ', '/caf\u00e9', composed]) {
      await peer.publish({ topic: stage.topic(name), payload: name });
    }
    await peer.receive(composed);
    await peer.expectSilence();
  }),
];

/** A filter that breaks the rules ends the connection, or is refused in SUBACK. */
async function expectRefused(stage: Stage, filter: string): Promise<void> {
  const peer = await stage.client();
  peer.send(subscribe(stage.version, [{ filter }]));
  const answer = await peer.next().catch(() => null);
  if (answer === null || answer.type === 'disconnect') return;
  expectEqual(answer.type, 'suback', 'answer');
  expectThat((answer.reasons[0] ?? 0) >= 0x80, 'the filter was taken');
}
