import { setTimeout as passing } from 'node:timers/promises';
import { expectEqual, expectThat } from '../scenario.ts';
import type { Received } from './decode-packet.ts';
import { acknowledge, subscribe } from './encode-packet.ts';
import type { MqttPeer } from './mqtt-peer.ts';
import type { Stage } from './stage.ts';
import { must, type Statement } from './statement.ts';

const SETTLE_MS = 400;

/** Chapter 4.8: subscriptions that several clients share. */
export const SHARED_STATEMENTS: readonly Statement[] = [
  ...['$share', '$share/', '$share//a', '$share/group', '$share/group/'].map((filter) =>
    must(
      { v5: filter === '$share/group' || filter === '$share/group/' ? '4.8.2-2' : '4.8.2-1' },
      `does not take ${filter}`,
      (stage) => expectRefused(stage, filter),
    ),
  ),
  ...['$share/a+b/x', '$share/#/x', '$share/+/x'].map((filter) =>
    must({ v5: '4.8.2-2' }, `does not take ${filter}`, (stage) => expectRefused(stage, filter)),
  ),
  must({ v5: '4.8.2-1' }, 'gives each value to one of those who share', async (stage) => {
    const { peers, publisher } = await group(stage, 0);
    for (let at = 0; at < 10; at++) await publisher.publish({ topic: stage.topic(), payload: `value ${at}` });
    const seen: string[] = [];
    for (const peer of peers) {
      await peer.ping();
      while (peer.hasUnread) seen.push((await peer.receive()).payload);
    }
    expectEqual(seen.length, 10, 'values');
    expectEqual(new Set(seen).size, 10, 'different values');
  }),
  must({ v5: '4.8.2-3' }, 'delivers with the QoS that was granted', async (stage) => {
    const { peers, publisher } = await group(stage, 1);
    await publisher.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
    const { received } = await taker(peers);
    expectEqual(received.qos, 1, 'QoS');
  }),
  must({ v5: '4.8.2-4' }, 'brings QoS 2 to an end with the client that it began with', async (stage) => {
    const { peers, publisher, clientIds } = await group(stage, 2);
    await publisher.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
    const { at, received } = await taker(peers);
    peers[at]?.drop();
    await passing(SETTLE_MS);
    const back = await stage.back({ clientId: clientIds[at] ?? '' });
    const again = await back.receive('x');
    expectEqual(again.packetId, received.packetId, 'packet identifier');
    await peers[1 - at]?.expectSilence();
  }),
  must(
    { v5: '4.8.2-5' },
    'gives nobody else what it began to deliver to a session that ended',
    async (stage) => {
      const { peers, publisher, clientIds } = await group(stage, 2);
      await publisher.publish({ topic: stage.topic(), payload: 'x', qos: 2 });
      const { at } = await taker(peers);
      peers[at]?.drop();
      await passing(SETTLE_MS);
      await stage.client({ clientId: clientIds[at] ?? '' });
      await passing(SETTLE_MS);
      await peers[1 - at]?.expectSilence();
    },
  ),
  ...[1, 2].map((qos) =>
    must({ v5: '4.8.2-6' }, `gives nobody else what was refused with QoS ${qos}`, async (stage) => {
      const { peers, publisher } = await group(stage, qos);
      await publisher.publish({ topic: stage.topic(), payload: 'x', qos });
      const { at, received } = await taker(peers);
      peers[at]?.send(acknowledge(qos === 1 ? 'puback' : 'pubrec', received.packetId, 0x80));
      await peers[at]?.expectSilence();
      await passing(SETTLE_MS);
      for (const peer of peers) await peer.expectSilence();
    }),
  ),
];

interface Group {
  readonly peers: readonly MqttPeer[];
  readonly clientIds: readonly string[];
  readonly publisher: MqttPeer;
}

/** Two clients with sessions that are kept, and one that publishes. */
async function group(stage: Stage, qos: number): Promise<Group> {
  const clientIds = [stage.clientId(), stage.clientId()];
  const peers: MqttPeer[] = [];
  for (const clientId of clientIds) {
    const filter = { filter: `$share/group/${stage.topic()}`, qos };
    peers.push(await stage.subscriber(filter, { clientId, keeps: true }));
  }
  return { peers, clientIds, publisher: await stage.client() };
}

/** Who was given the value. */
async function taker(peers: readonly MqttPeer[]): Promise<{ at: number; received: Received }> {
  for (const peer of peers) await peer.ping();
  const at = peers.findIndex((peer) => peer.hasUnread);
  const peer = peers[at];
  expectThat(peer !== undefined, 'nobody was given the value');
  return { at, received: await peer.expect('publish') };
}

async function expectRefused(stage: Stage, filter: string): Promise<void> {
  const peer = await stage.client();
  peer.send(subscribe(5, [{ filter }]));
  const answer = await peer.next().catch(() => null);
  if (answer === null || answer.type === 'disconnect') return;
  expectThat((answer.reasons[0] ?? 0) >= 0x80, 'the filter was taken');
}
