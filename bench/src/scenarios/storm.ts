import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { cpuUsedUs, peakResidentBytes } from '../harness/process-stats.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import type { StormReport } from '../load/storm-load.ts';

const CLIENTS = 10_000;
const RUNS_MAX = 3;
const MIB = 2 ** 20;

interface Run {
  readonly report: StormReport;
  readonly serverUs: number;
  readonly peakMiB: number;
}

/** Everybody loses the line at the same moment and comes back. */
export const storm: Scenario = {
  name: 'storm',
  title: 'Reconnect storm',
  doesNotShow:
    'TLS handshakes, which cost far more than this sign-in, or password sign-ins, which a device that comes back does ' +
    'not make. The clients’ first attempts are spread over one second, as radios and routers spread them; all of them ' +
    'share one load process and one loopback address.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const clients = scaled(context.intensity, CLIENTS, 20);
    const cuts: Run[] = [];
    const restarts: Run[] = [];
    for (let run = 0; run < Math.min(RUNS_MAX, context.intensity.runs); run++) {
      await measure(context, clients, { cuts, restarts });
    }
    return {
      measurements: [
        ...describe('lines cut', cuts, clients),
        ...describe('server killed and restarted', restarts, clients),
      ],
      setup:
        `${clients} clients, each a user of its own, signed in over TCP. First all sockets are destroyed in one turn of ` +
        'the load’s event loop; then the server is killed with SIGKILL and started again on the same data and port. A ' +
        'client is back when its resumed session was welcomed and its sync answered. Back-off: a random part of 1 s, ' +
        'doubling to 8 s. From the first lost line to the last client.',
    };
  },
};

async function measure(
  context: BenchContext,
  clients: number,
  { cuts, restarts }: { cuts: Run[]; restarts: Run[] },
): Promise<void> {
  const server = await SkeinProcess.start(context, { name: 'storm' });
  const load = await LoadProcess.start();
  try {
    await load.call('openStorm', { port: server.port, transport: 'tcp', clients });
    const before = cpuUsedUs(server.pid);
    const cut = await load.call('cutAll', {});
    cuts.push({
      report: cut,
      serverUs: cpuUsedUs(server.pid) - before,
      peakMiB: peakResidentBytes(server.pid) / MIB,
    });
    context.progress(
      `lines cut: all ${clients} back in ${(cut.allBackMs / 1_000).toFixed(2)} s, ${cut.resumed} resumed`,
    );

    const back = load.call('awaitCut', {});
    await server.killAndRestart();
    const report = await back;
    restarts.push({ report, serverUs: cpuUsedUs(server.pid), peakMiB: peakResidentBytes(server.pid) / MIB });
    context.progress(
      `server killed: all back in ${(report.allBackMs / 1_000).toFixed(2)} s, ${report.resumed} resumed`,
    );
  } finally {
    await load.stop();
    await server.stop();
  }
}

function describe(label: string, runs: readonly Run[], clients: number): Measurement[] {
  return [
    {
      what: `${label}: all back`,
      unit: 's',
      values: runs.map(({ report }) => report.allBackMs / 1_000),
      target: { atMost: 15 },
    },
    { what: `${label}: half back`, unit: 's', values: runs.map(({ report }) => report.back.p50Ms / 1_000) },
    {
      what: `${label}: sessions resumed`,
      unit: '%',
      values: runs.map(({ report }) => (report.resumed / clients) * 100),
      target: { atLeast: 100 },
    },
    {
      what: `${label}: attempts per client`,
      unit: '',
      values: runs.map(({ report }) => report.attempts / clients),
    },
    {
      what: `${label}: server CPU per client`,
      unit: 'µs',
      values: runs.map(({ serverUs }) => serverUs / clients),
    },
    { what: `${label}: server memory, peak`, unit: 'MiB', values: runs.map(({ peakMiB }) => peakMiB) },
  ];
}
