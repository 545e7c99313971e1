import { HTTP_EVENTS, MQTT_3, XMPP } from '@skein/gateways/drivers';
import { SeededRandom } from '@skein/testkit';
import { expect, it } from 'vitest';
import { NativeClient } from '../clients/native-client.ts';
import { History } from '../history/history.ts';
import { sleep, until } from '../waiting.ts';
import { FLOOD_BYTES, FLOOD_MESSAGES, flood } from './flood.ts';
import { Person } from './person.ts';
import { openServer } from './server-on-any-port.ts';
import { registerForXmpp, STRANGER_PASSWORD } from './xmpp-peer.ts';

const STALLED_S = 8;
const MIB = 2 ** 20;
const HEALTHY = 3;
const GREW_MIB_MAX = 32;

it.each([MQTT_3, XMPP, HTTP_EVENTS])(
  '[HO3] lets a member who reads nothing over $name hurt nobody',
  async (driver) => {
    await using own = await openServer({
      'limits.stalled_reader_ms': `${STALLED_S}s`,
      'limits.sends_per_second_max': '100000',
      'limits.sends_burst_max': '100000',
      // These would end it too; here the stall is to do it.
      'limits.ack_timeout_ms': '600s',
      'limits.heartbeat_interval_ms': '300s',
    });
    const { server, port } = own;
    const history = new History();
    const healthy = Array.from({ length: HEALTHY }, (_, index) => {
      const [user, wire] = [`healthy${index}`, index % 2 === 0 ? 'tcp' : 'websocket'] as const;
      return new NativeClient({ device: user, user, wire, port, history, random: new SeededRandom(index) });
    });
    for (const person of healthy) person.start();
    await until('everybody is there', 10_000, () => healthy.every(({ isQuiet }) => isQuiet));
    await registerForXmpp(port, 'stalled');
    using speaker = await Person.arrive({ port, name: 'speaker' });
    const stalled = await driver.arrive(port, {
      user: 'stalled',
      password: STRANGER_PASSWORD,
      device: 'device-of-the-stalled',
    });
    const users = [...healthy.map(({ user }) => user), 'stalled'];
    const group = await speaker.ask({
      case: 'createGroup',
      value: { key: 'flood', title: '', users, open: false },
    });
    if (group.case !== 'conversation') throw new Error('no group');
    const flooded = { server, speaker, conversation: group.value.conversation, healthy };
    await sleep(500);

    await flood(flooded); // the first one warms up
    const undisturbed = await flood(flooded);
    const messages = () => stalled.seen.filter(({ kind }) => kind === 'message').length;
    await until('the one who still reads has everything', 60_000, () => messages() >= FLOOD_MESSAGES * 2);
    stalled.stall();
    const disturbed = await flood(flooded);
    const queuedBytes = await server.metric('skein_queued_bytes');
    const grewMiB = (disturbed - undisturbed) / MIB;
    await sleep(STALLED_S * 1_000 + 3_000);
    const waitingBytes = await server.metric('skein_queued_bytes');
    const cut = await server.metric('skein_connections_cut_total{reason="stalled"}');
    console.log(
      `${driver.name}: ${(FLOOD_BYTES / MIB).toFixed(0)} MiB to each: ${grewMiB.toFixed(1)} MiB more with one stalled; ` +
        `${(queuedBytes / 1_024).toFixed(0)} KiB queued for it, ${(waitingBytes / 1_024).toFixed(0)} KiB after ${STALLED_S} s, ${cut} cut`,
    );
    expect(grewMiB).toBeLessThan(GREW_MIB_MAX);
    expect(queuedBytes).toBeLessThan(MIB);
    expect(waitingBytes).toBe(0);
    stalled.cut();
    for (const person of healthy) person.stop();
  },
);
