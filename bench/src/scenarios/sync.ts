import { costOf } from '../harness/cost.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { SkeinProcess } from '../harness/skein-process.ts';

const CONVERSATIONS = 10_000;
const CHANGED = 5;
const SYNCS = 500;
const RETURNS = 200;

/** Coming back to many conversations of which few changed. */
export const sync: Scenario = {
  name: 'sync',
  title: 'Sync: 10,000 conversations, 5 changed',
  doesNotShow:
    'the first sync of a new device, which lists everything, or a device that was away for thousands of messages. One ' +
    'user asks again and again, so its rows are in the processor’s cache.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const { intensity } = context;
    const conversations = scaled(intensity, CONVERSATIONS, 20);
    const server = await SkeinProcess.start(context, { name: 'sync' });
    const load = await LoadProcess.start();
    try {
      await load.call('prepareSync', { port: server.port, conversations, changed: CHANGED });
      context.progress(`${conversations} conversations are there`);
      return await measure(context, { conversations, server, load });
    } finally {
      await load.stop();
      await server.stop();
    }
  },
};

async function measure(
  { intensity, progress }: BenchContext,
  { conversations, server, load }: { conversations: number; server: SkeinProcess; load: LoadProcess },
): Promise<ScenarioResult> {
  const syncs = scaled(intensity, SYNCS, 5);
  const returns = scaled(intensity, RETURNS, 5);
  const pids = { server: server.pid, load: load.pid };
  const values = {
    cpu: [] as number[],
    bytes: [] as number[],
    ms: [] as number[],
    returnCpu: [] as number[],
  };
  const returned = { read: [] as number[], written: [] as number[], ms: [] as number[] };
  await load.call('repeatSync', { syncs });
  for (let run = 0; run < intensity.runs; run++) {
    const asked = await costOf(pids, () => load.call('repeatSync', { syncs }));
    if (asked.result.changed !== CHANGED)
      throw new Error(`${asked.result.changed} conversations were reported`);
    values.cpu.push(asked.cost.serverUs / syncs / 1_000);
    values.bytes.push(asked.result.bytesPerSync);
    values.ms.push(asked.result.medianMs);
    const back = await costOf(pids, () => load.call('repeatReturn', { returns }));
    values.returnCpu.push(back.cost.serverUs / returns / 1_000);
    returned.read.push(back.result.bytesRead);
    returned.written.push(back.result.bytesWritten);
    returned.ms.push(back.result.medianMs);
    progress(
      `sync: ${asked.result.bytesPerSync} bytes, ${(asked.cost.serverUs / syncs / 1_000).toFixed(3)} ms of CPU`,
    );
  }
  return {
    measurements: [
      { what: 'sync answer', unit: 'bytes', values: values.bytes, target: { atMost: 2_048 } },
      { what: 'sync: server CPU', unit: 'ms', values: values.cpu, target: { atMost: 2 } },
      { what: 'sync: time to the answer', unit: 'ms', values: values.ms },
      { what: 'coming back (connect, token, sync): read', unit: 'bytes', values: returned.read },
      { what: 'coming back: written', unit: 'bytes', values: returned.written },
      { what: 'coming back: server CPU', unit: 'ms', values: values.returnCpu },
      { what: 'coming back: time until synced', unit: 'ms', values: returned.ms },
    ],
    setup:
      `One user in ${conversations} groups; while the device was away, one text of 35 bytes arrived in each of ${CHANGED}. ` +
      `Each run asks ${syncs} times on one connection, then comes back ${returns} times on new ones; the same cursor ` +
      'each time, over TCP, asking for entries of the 50 most recent conversations.',
  };
}
