import { LIMITS } from '@skein/model';
import { expect, it, onTestFinished } from 'vitest';
import { liveBytes } from '../live-memory.ts';
import { until } from '../waiting.ts';
import { connectPacket, type MqttVersion, packet, text } from './hostile-packets.ts';
import { RawPeer } from './raw-peer.ts';
import { openServer } from './server-on-any-port.ts';

const MIB = 2 ** 20;
const STALLED_S = 8;
const VALUE_BYTES = 16_000;
const VALUES = 1_400;
const FLOODS = 2;
/** Published and not heard yet by the healthy one: with QoS 0 it does without what is more than the server lets wait for it. */
const UNDER_WAY_MAX = Math.floor(LIMITS.outboundBytesMax / VALUE_BYTES) - 2;
const GREW_MIB_MAX = 32;
const QUEUED_MIB_MAX = 1;
const WAIT_MS_MAX = 60_000;
const TOPIC = 'topics/flood';

it('[HO3] lets a subscriber of topics who reads nothing hurt nobody, whatever the version and the QoS', async () => {
  await using own = await openServer({ 'limits.stalled_reader_ms': `${STALLED_S}s` });
  const { server, port } = own;
  const arrive = async (name: string, version: MqttVersion = 4): Promise<RawPeer> => {
    const peer = new RawPeer(port);
    onTestFinished(() => peer[Symbol.dispose]());
    await peer.opened;
    peer.write(connectPacket(name, `${name}-k`, version));
    await until('the CONNACK is there', WAIT_MS_MAX, () => peer.bytesRead >= 4);
    return peer;
  };
  const subscriber = async (name: string, qos: number, version: MqttVersion = 4): Promise<RawPeer> => {
    const peer = await arrive(name, version);
    const before = peer.bytesRead;
    peer.write(packet(0x82, [0, 1, ...(version === 5 ? [0] : []), ...text(TOPIC), qos]));
    await until('the SUBACK is there', WAIT_MS_MAX, () => peer.bytesRead > before);
    return peer;
  };
  const queuedMiB = async (): Promise<number> => (await server.metric('skein_queued_bytes')) / MIB;

  const publisher = await arrive('publisher');
  const healthy = await subscriber('healthy', 0);
  const value = new Uint8Array(VALUE_BYTES);
  const start = healthy.bytesRead;
  const sizeHeard = packet(0x30, [...text(TOPIC), ...value]).length;
  let published = 0;
  const heard = (): number => (healthy.bytesRead - start) / sizeHeard;
  const flood = async (): Promise<void> => {
    for (let times = 0; times < VALUES; times++) {
      // QoS 1, with identifiers that were acknowledged long ago when they come round.
      const id = 1 + (published++ % 1_000);
      publisher.write(packet(0x32, [...text(TOPIC), id >> 8, id & 0xff, ...value]));
      if (published - heard() >= UNDER_WAY_MAX)
        await until('it is heard', WAIT_MS_MAX, () => published - heard() < UNDER_WAY_MAX / 2);
    }
    await until('the healthy one has everything', WAIT_MS_MAX, () => heard() === published);
  };

  await flood(); // the first one warms up
  const before = await liveBytes(server);
  const stalled: RawPeer[] = [];
  for (const version of [4, 5] as const)
    for (const qos of [0, 1, 2]) stalled.push(await subscriber(`stalled-${version}-${qos}`, qos, version));
  for (const peer of stalled) peer.stall();
  for (let round = 1; round <= FLOODS; round++) {
    await flood();
    const grewMiB = ((await liveBytes(server)) - before) / MIB;
    const queued = await queuedMiB();
    const mib = ((round * VALUES * VALUE_BYTES) / MIB).toFixed(0);
    console.log(
      `${stalled.length} stalled subscribers, ${mib} MiB to each: ${grewMiB.toFixed(1)} MiB more in use, ${queued.toFixed(2)} MiB queued`,
    );
    expect(grewMiB).toBeLessThan(GREW_MIB_MAX);
    expect(queued).toBeLessThan(QUEUED_MIB_MAX * stalled.length);
  }
  await until('all are cut', STALLED_S * 1_000 + 5 * LIMITS.sweepIntervalMs, async () => {
    return (await server.metric('skein_connections_cut_total{reason="stalled"}')) === stalled.length;
  });
  expect(await queuedMiB()).toBe(0);
}, 180_000);
