import { costOf } from '../harness/cost.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { residentBytes } from '../harness/process-stats.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import { sleep } from '../load/sleep.ts';
import type { TransportKind } from '../load/transport.ts';

// The first connections fill pools, compile code and grow the heap for all; what one more costs is the slope after them.
const FIRST = 5_000;
const ALL = 15_000;
// Long enough for the garbage of the sign-ins to be collected.
const SETTLE_MS = 12_000;
const KIB = 1_024;
const RUNS_MAX = 3;
const TARGET_KIB: Readonly<Record<TransportKind, number>> = { tcp: 8, websocket: 10 };

interface Run {
  readonly slopeKiB: number;
  readonly totalKiB: number;
  readonly heartbeatUs: number;
  readonly closed: number;
}

/** What somebody who is signed in and says nothing costs. */
export const idle: Scenario = {
  name: 'idle',
  title: 'Idle signed-in connections',
  doesNotShow:
    'memory that the kernel keeps for each socket outside the process, TLS state, or what a user with many ' +
    'conversations adds. Resident memory follows the garbage collector, so single runs differ.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const runs: Record<TransportKind, Run[]> = { tcp: [], websocket: [] };
    for (let run = 0; run < Math.min(RUNS_MAX, context.intensity.runs); run++) {
      for (const transport of ['tcp', 'websocket'] as const)
        runs[transport].push(await measure(context, transport));
    }
    const [first, all] = [scaled(context.intensity, FIRST, 50), scaled(context.intensity, ALL, 150)];
    return {
      measurements: [...describe('tcp', runs.tcp, all), ...describe('websocket', runs.websocket, all)],
      setup:
        `${all} connections, each signed in as a user of its own and synced; the accounts were made before the server was ` +
        'started again. "Per connection" is the growth of the ' +
        `server's resident memory from ${first} to ${all} of them, each read after ${SETTLE_MS / 1_000} quiet seconds; ` +
        '"with start-up" is from a server without connections to all of them, which adds pools and compiled code.',
    };
  },
};

async function measure(
  { intensity, profileFolder, progress }: BenchContext,
  transport: TransportKind,
): Promise<Run> {
  const server = await SkeinProcess.start(
    { intensity, profileFolder, progress },
    { name: `idle-${transport}` },
  );
  const load = await LoadProcess.start();
  const settleMs = intensity.name === 'smoke' ? 100 : SETTLE_MS;
  const open = async (upTo: number) => {
    await load.call('openIdle', { port: server.port, transport, upTo });
    await sleep(settleMs);
    return residentBytes(server.pid);
  };
  try {
    // Accounts and devices exist beforehand: what an account costs is not what a connection costs.
    await load.call('openIdle', { port: server.port, transport: 'tcp', upTo: scaled(intensity, ALL, 150) });
    await load.call('closeIdle', {});
    await server.killAndRestart();
    const empty = residentBytes(server.pid);
    const [first, all] = [scaled(intensity, FIRST, 50), scaled(intensity, ALL, 150)];
    const atFirst = await open(first);
    const atAll = await open(all);
    const { cost } = await costOf({ server: server.pid, load: load.pid }, () =>
      load.call('heartbeatAll', {}),
    );
    const run: Run = {
      slopeKiB: (atAll - atFirst) / (all - first) / KIB,
      totalKiB: (atAll - empty) / all / KIB,
      heartbeatUs: cost.serverUs / all,
      closed: await load.call('countClosed', {}),
    };
    progress(
      `${transport}: ${run.slopeKiB.toFixed(1)} KiB per connection, ${run.totalKiB.toFixed(1)} with start-up`,
    );
    return run;
  } finally {
    await load.stop();
    await server.stop();
  }
}

function describe(transport: TransportKind, runs: readonly Run[], all: number): Measurement[] {
  const target = { atMost: TARGET_KIB[transport] };
  return [
    {
      what: `${transport}: memory per connection`,
      unit: 'KiB',
      values: runs.map((run) => run.slopeKiB),
      target,
    },
    {
      what: `${transport}: memory per connection, with start-up`,
      unit: 'KiB',
      values: runs.map((run) => run.totalKiB),
    },
    {
      what: `${transport}: server CPU per heartbeat`,
      unit: 'µs',
      values: runs.map((run) => run.heartbeatUs),
    },
    {
      what: `${transport}: closed by the server, of ${all}`,
      unit: '',
      values: runs.map((run) => run.closed),
      target: { atMost: 0 },
    },
  ];
}
