import { setTimeout as passing } from 'node:timers/promises';
import { expectEqual, expectThat } from '../scenario.ts';
import { CONNECT_FLAG, packet } from './encode-packet.ts';
import type { Property } from './properties.ts';
import { must, type Statement } from './statement.ts';
import { twoBytes } from './wire-values.ts';

const DELAYED: readonly Property[] = [['willDelayInterval', 2]];
// For what should not come after a connection ended.
const SETTLE_MS = 400;
// One and a half seconds, and as long again as a server may take that looks every few seconds.
const KEEP_ALIVE_WAIT_MS = 9_000;

/** Wills: 3.1.2.5 to 3.1.2.7 in MQTT 5, 3.1.2.5 to 3.1.2.8 in MQTT 3.1.1. */
export const WILL_STATEMENTS: readonly Statement[] = [
  must(
    { v4: '3.1.2-8', v5: '3.1.2-7 3.1.2-8' },
    'publishes the will of a client that went',
    async (stage) => {
      const watcher = await stage.subscriber(stage.topic());
      const peer = await stage.client({ will: { topic: stage.topic(), payload: 'gone' } });
      peer.drop();
      await watcher.receive('gone');
    },
  ),
  must(
    { v4: '3.1.2-8', v5: '3.1.2-8' },
    'publishes the will of a client that broke the rules',
    async (stage) => {
      const watcher = await stage.subscriber(stage.topic());
      const peer = await stage.client({ will: { topic: stage.topic(), payload: 'gone' } });
      peer.send(packet('publish', [twoBytes(0)], 6));
      await watcher.receive('gone');
    },
  ),
  must({ v4: '3.1.2-8', v5: '3.1.2-8' }, 'publishes the will of a client that fell silent', async (stage) => {
    const watcher = await stage.subscriber(stage.topic(), { keepAliveS: 0 });
    await stage.client({ keepAliveS: 1, will: { topic: stage.topic(), payload: 'gone' } });
    await watcher.waitForUnread(KEEP_ALIVE_WAIT_MS);
    await watcher.receive('gone');
  }),
  must('3.1.2-9', 'publishes the will with its QoS', async (stage) => {
    const watcher = await stage.subscriber({ filter: stage.topic('+'), qos: 2 });
    for (const qos of [0, 1, 2]) {
      const peer = await stage.client({ will: { topic: stage.topic(`${qos}`), payload: `QoS ${qos}`, qos } });
      peer.drop();
      const received = await watcher.receive(`QoS ${qos}`);
      expectEqual(received.qos, qos, 'QoS of the will');
      expectEqual(received.topic, stage.topic(`${qos}`), 'topic of the will');
    }
  }),
  must('3.1.2-10', 'publishes a will once', async (stage) => {
    const clientId = stage.clientId();
    const watcher = await stage.subscriber(stage.topic());
    const first = await stage.client({
      clientId,
      keeps: true,
      will: { topic: stage.topic(), payload: 'gone' },
    });
    first.drop();
    await watcher.receive('gone');
    const second = await stage.back({ clientId });
    second.drop();
    await passing(SETTLE_MS);
    await watcher.expectSilence();
  }),
  must(
    { v4: '3.14.4-3 3.1.2-10', v5: '3.14.4-3 3.1.2-10' },
    'drops the will of a client that takes its leave',
    async (stage) => {
      const watcher = await stage.subscriber(stage.topic());
      const peer = await stage.client({ will: { topic: stage.topic(), payload: 'gone' } });
      await peer.leave();
      await passing(SETTLE_MS);
      await watcher.expectSilence();
    },
  ),
  must({ v5: '3.1.2-8' }, 'publishes the will of a client that asks for it when it leaves', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const peer = await stage.client({ will: { topic: stage.topic(), payload: 'gone' } });
    await peer.leave(0x04);
    await watcher.receive('gone');
  }),
  must({ v4: '3.1.2-11' }, 'closes on a retained will that does not exist', async (stage) => {
    const peer = await stage.open();
    peer.send(stage.connect({ wrongFlags: CONNECT_FLAG.willRetain | CONNECT_FLAG.willQos1 }));
    await peer.expectClosed();
  }),
  must({ v4: '3.1.2-12' }, 'publishes nothing for a client without a will', async (stage) => {
    const watcher = await stage.subscriber(stage.topic('#'));
    const clientId = stage.clientId();
    await (await stage.client({ clientId, will: { topic: stage.topic(), payload: 'gone' } })).leave();
    (await stage.client({ clientId })).drop();
    await passing(SETTLE_MS);
    await watcher.expectSilence();
  }),
  must(
    { v4: '3.1.2-16', v5: '3.1.2-14' },
    'does not keep a will that is not to be retained',
    async (stage) => {
      const watcher = await stage.subscriber(stage.topic());
      (await stage.client({ will: { topic: stage.topic(), payload: 'gone' } })).drop();
      await watcher.receive('gone');
      const later = await stage.subscriber(stage.topic());
      await later.expectSilence();
    },
  ),
  must({ v4: '3.1.2-17', v5: '3.1.2-15' }, 'keeps a will that is to be retained', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    (await stage.client({ will: { topic: stage.topic(), payload: 'gone', isRetained: true } })).drop();
    await watcher.receive('gone');
    const later = await stage.subscriber(stage.topic());
    expectThat((await later.receive('gone')).isRetained, 'the will is not marked as retained');
    await later.publish({ topic: stage.topic(), isRetained: true });
  }),
  must({ v5: '3.1.2-8' }, 'waits for the delay of a will', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const will = { topic: stage.topic(), payload: 'gone', properties: DELAYED };
    (await stage.client({ clientId: stage.clientId(), keeps: true, will })).drop();
    await passing(1_000);
    await watcher.expectSilence();
    await passing(1_500);
    await watcher.receive('gone');
  }),
  must(
    { v5: '3.1.2-8' },
    'publishes a will when its session ends, if that is before its delay',
    async (stage) => {
      const watcher = await stage.subscriber(stage.topic());
      const properties: readonly Property[] = [['willDelayInterval', 3_600]];
      (await stage.client({ will: { topic: stage.topic(), payload: 'gone', properties } })).drop();
      await watcher.receive('gone');
    },
  ),
  must({ v5: '3.1.3-9' }, 'publishes no will of a client that is back before its delay', async (stage) => {
    const watcher = await stage.subscriber(stage.topic(), { keepAliveS: 0 });
    const clientId = stage.clientId();
    const will = { topic: stage.topic(), payload: 'gone', properties: DELAYED };
    (await stage.client({ clientId, keeps: true, will })).drop();
    await stage.back({ clientId });
    await passing(2_700);
    await watcher.expectSilence();
  }),
  must({ v5: '3.1.3-10' }, 'keeps the user properties of a will in their order', async (stage) => {
    const watcher = await stage.subscriber(stage.topic());
    const properties: readonly Property[] = [
      ['contentType', 'text/plain'],
      ['userProperty', ['b', '1']],
      ['userProperty', ['a', '2']],
      ['userProperty', ['b', '0']],
    ];
    (await stage.client({ will: { topic: stage.topic(), payload: 'gone', properties } })).drop();
    const received = await watcher.receive('gone');
    expectEqual(JSON.stringify(received.properties), JSON.stringify(properties), 'properties of the will');
  }),
];
