import { connect } from 'node:net';
import { encodeUp, NATIVE_PREFACE, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '@skein/protocol';
import { SeededRandom } from '@skein/testkit';
import { expect, it } from 'vitest';
import { NativeClient } from '../clients/native-client.ts';
import { History } from '../history/history.ts';
import { sleep, until } from '../waiting.ts';
import { FLOOD_BYTES, flood } from './flood.ts';
import { Person } from './person.ts';
import { openServer } from './server-on-any-port.ts';

// Longer than a flood takes, so that its bytes are still there to be counted.
const STALLED_MS = 8_000;
const MIB = 2 ** 20;
const HEALTHY = 4;

it('[HO3] lets a member who reads nothing hurt nobody', async () => {
  await using own = await openServer({
    'limits.stalled_reader_ms': `${STALLED_MS / 1_000}s`,
    'limits.sends_per_second_max': '100000',
    'limits.sends_burst_max': '100000',
    // The fifteen-second rule and the heartbeat would end it too; here the stall is to do it.
    'limits.ack_timeout_ms': '600s',
  });
  const { server, port } = own;
  const history = new History();
  const healthy = Array.from({ length: HEALTHY }, (_, index) => {
    const [user, wire] = [`healthy${index}`, index % 2 === 0 ? 'tcp' : 'websocket'] as const;
    return new NativeClient({ device: user, user, wire, port, history, random: new SeededRandom(index) });
  });
  for (const person of healthy) person.start();
  await until('everybody is there', 10_000, () => healthy.every(({ isQuiet }) => isQuiet));
  using speaker = await Person.arrive({ port, name: 'speaker' });
  const stalled = connect({ port, host: '127.0.0.1' });
  let isGone = false;
  stalled.on('error', () => {});
  stalled.on('close', () => (isGone = true));
  stalled.write(NATIVE_PREFACE);
  stalled.write(Uint8Array.from(encodeUp({ case: 'hello', value: helloOf('stalled') })));
  stalled.resume();
  await sleep(500);
  const users = [...healthy.map(({ user }) => user), 'stalled'];
  const group = await speaker.ask({
    case: 'createGroup',
    value: { key: 'flood', title: '', users, open: false },
  });
  if (group.case !== 'conversation') throw new Error('no group');
  const { conversation } = group.value;
  await sleep(500);

  const flooded = { server, speaker, conversation, healthy };
  await flood(flooded); // the first one warms up
  const undisturbed = await flood(flooded);
  stalled.pause();
  const disturbed = await flood(flooded);
  // Everybody else has taken everything, so what waits now waits for the one who reads nothing.
  const queuedBytes = await server.metric('skein_queued_bytes');
  await until('the stalled one is cut', STALLED_MS + 10_000, async () => {
    const cut = await server.metric('skein_connections_cut_total{reason="stalled"}');
    return cut === 1;
  });
  const grewMiB = (disturbed - undisturbed) / MIB;
  console.log(
    `${(FLOOD_BYTES / MIB).toFixed(0)} MiB to each: ${(undisturbed / MIB).toFixed(0)} MiB of memory at the peak, ` +
      `${grewMiB.toFixed(1)} MiB more with one stalled; ${(queuedBytes / 1_024).toFixed(0)} KiB queued for it`,
  );
  expect(grewMiB).toBeLessThan(32);
  expect(queuedBytes).toBeGreaterThan(0);
  expect(queuedBytes).toBeLessThan(MIB);
  stalled.resume();
  await until('the stalled one notices', 10_000, () => isGone);
  for (const person of healthy) person.stop();
});

function helloOf(name: string) {
  return {
    version: PROTOCOL_VERSION,
    versionMin: PROTOCOL_VERSION_MIN,
    installation: `installation-of-${name}`,
    deviceKind: 'bot',
    auth: { case: 'dev', value: name },
    sync: {},
    heartbeatMs: 600_000,
  } as const;
}
