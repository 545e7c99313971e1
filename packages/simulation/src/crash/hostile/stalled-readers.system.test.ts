import {
  HTTP_EVENTS,
  JSON_LINES,
  MQTT_3,
  MQTT_5,
  MQTT_5_WEBSOCKET,
  NATIVE_TCP,
  NATIVE_WEBSOCKET,
  XMPP,
} from '@skein/gateways/drivers';
import { LIMITS } from '@skein/model';
import { SeededRandom } from '@skein/testkit';
import type { GatewayDriver, GatewayPeer } from '@skein/testkit/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NativeClient } from '../clients/native-client.ts';
import { History } from '../history/history.ts';
import { liveBytes } from '../live-memory.ts';
import { registerAccount, STRANGER_PASSWORD } from '../register-account.ts';
import { sleep, until } from '../waiting.ts';
import { FLOOD_BYTES, flood } from './flood.ts';
import { Person } from './person.ts';
import { type OwnServer, openServer } from './server-on-any-port.ts';

/** A poll is not among them: between two of them nothing is pushed. */
const GATEWAYS: readonly GatewayDriver[] = [
  NATIVE_TCP,
  NATIVE_WEBSOCKET,
  JSON_LINES,
  MQTT_3,
  MQTT_5,
  MQTT_5_WEBSOCKET,
  XMPP,
  HTTP_EVENTS,
];
const HEALTHY = 3;
const MIB = 2 ** 20;
// What flows must be more than what may stay, or a queue without an end would pass.
const FLOODS = 2;
const GREW_MIB_MAX = 32;
const QUEUED_MIB_MAX = 1;
const SETTINGS = {
  'limits.sends_per_second_max': '100000',
  'limits.sends_burst_max': '100000',
  // Full after the warm-up, so that it does not grow with every group.
  'limits.recent_bytes_max': '8MiB',
  // These would end it too; here the stall is to do it.
  'limits.ack_timeout_ms': '600s',
  'limits.heartbeat_interval_ms': '300s',
};
const CUT_MS_MAX = LIMITS.stalledReaderMs + 5 * LIMITS.sweepIntervalMs;
const TEST_MS_MAX = 180_000;

describe('somebody who reads nothing', () => {
  let own: OwnServer;
  let healthy: readonly NativeClient[] = [];
  let speaker: Person;
  const stalled: GatewayPeer[] = [];

  const groupWith = async (key: string, others: readonly string[]): Promise<number> => {
    const users = [...healthy.map(({ user }) => user), ...others];
    const made = await speaker.ask({ case: 'createGroup', value: { key, title: '', users, open: false } });
    if (made.case !== 'conversation') throw new Error('no group');
    return made.value.conversation;
  };
  const queuedMiB = async (): Promise<number> => (await own.server.metric('skein_queued_bytes')) / MIB;

  beforeAll(async () => {
    own = await openServer(SETTINGS);
    const { port } = own;
    const history = new History();
    healthy = Array.from({ length: HEALTHY }, (_, index) => {
      const [user, wire] = [`healthy${index}`, index % 2 === 0 ? 'tcp' : 'websocket'] as const;
      return new NativeClient({ device: user, user, wire, port, history, random: new SeededRandom(index) });
    });
    for (const person of healthy) person.start();
    await until('everybody is there', 10_000, () => healthy.every(({ isQuiet }) => isQuiet));
    speaker = await Person.arrive({ port, name: 'speaker' });
    const conversation = await groupWith('warm-up', []);
    await flood({ speaker, conversation, healthy });
  }, TEST_MS_MAX);

  afterAll(async () => {
    for (const peer of stalled) peer.cut();
    for (const person of healthy) person.stop();
    speaker[Symbol.dispose]();
    await own[Symbol.asyncDispose]();
  });

  it.each(GATEWAYS)(
    '[HO3] hurts nobody over $name',
    async (driver) => {
      const { server, port } = own;
      const user = `stalled${stalled.length}`;
      await registerAccount(port, user);
      const peer = await driver.arrive(port, { user, password: STRANGER_PASSWORD, device: `device-${user}` });
      stalled.push(peer);
      const conversation = await groupWith(user, [user]);
      await sleep(500);
      const before = { live: await liveBytes(server), queued: await queuedMiB() };
      peer.stall();
      for (let round = 1; round <= FLOODS; round++) {
        await flood({ speaker, conversation, healthy });
        const grewMiB = ((await liveBytes(server)) - before.live) / MIB;
        // Everybody else has taken everything, so what waits now waits for those who read nothing.
        const queued = (await queuedMiB()) - before.queued;
        console.log(
          `${driver.name}: ${((round * FLOOD_BYTES) / MIB).toFixed(0)} MiB to each, ${grewMiB.toFixed(1)} MiB more in use, ${queued.toFixed(2)} MiB queued`,
        );
        expect(grewMiB).toBeLessThan(GREW_MIB_MAX);
        expect(queued).toBeLessThan(QUEUED_MIB_MAX);
      }
    },
    TEST_MS_MAX,
  );

  it(
    '[HO3] is closed in time, over every gateway',
    async () => {
      const { server } = own;
      await until('all are cut', CUT_MS_MAX, async () => {
        return (await server.metric('skein_connections_cut_total{reason="stalled"}')) === GATEWAYS.length;
      });
      expect(await queuedMiB()).toBe(0);
    },
    TEST_MS_MAX,
  );
});
