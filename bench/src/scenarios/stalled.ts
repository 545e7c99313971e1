import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { residentBytes } from '../harness/process-stats.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import type { FanOutReport } from '../load/fan-out.ts';
import { sleep } from '../load/sleep.ts';

const MEMBERS = 10;
const TEXT_BYTES = 16_000;
const BYTES = 100 * 2 ** 20;
const PER_SECOND = 200;
const SAMPLE_EVERY_MS = 100;
const RUNS_MAX = 3;
const MIB = 2 ** 20;

interface Phase {
  readonly report: FanOutReport;
  readonly peakMiB: number;
}

interface Run {
  readonly undisturbed: Phase;
  readonly stalled: Phase;
}

/** One member's program hangs while 100 MiB flow to the group. */
export const stalled: Scenario = {
  name: 'stalled',
  title: 'A reader that never reads',
  doesNotShow:
    'bytes that the kernel holds for the stalled socket (some MiB, outside the process), or many stalled readers at once.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const runs: Run[] = [];
    for (let run = 0; run < Math.min(RUNS_MAX, context.intensity.runs); run++)
      runs.push(await measure(context));
    const ratio = runs.map(
      (run) => run.stalled.report.deliveryLatency.p99Ms / run.undisturbed.report.deliveryLatency.p99Ms,
    );
    const p99 = (phase: keyof Run) => runs.map((run) => run[phase].report.deliveryLatency.p99Ms);
    const growth = runs.map((run) => Math.max(0, run.stalled.peakMiB - run.undisturbed.peakMiB));
    return {
      measurements: [
        { what: 'healthy members, p99, nobody stalled', unit: 'ms', values: p99('undisturbed') },
        { what: 'healthy members, p99, one stalled', unit: 'ms', values: p99('stalled') },
        { what: 'p99, stalled ÷ undisturbed', unit: '×', values: ratio, target: { atMost: 2 } },
        {
          what: 'server memory, peak, nobody stalled',
          unit: 'MiB',
          values: runs.map((run) => run.undisturbed.peakMiB),
        },
        { what: 'server memory, more with one stalled', unit: 'MiB', values: growth, target: { atMost: 32 } },
      ],
      setup:
        `A group of ${MEMBERS} readers, one sender and one more member; texts of ${TEXT_BYTES} bytes, ${PER_SECOND} a ` +
        `second, ${Math.round(bytes(context) / MIB)} MiB to each. First everybody reads; then the same again while the one more member ` +
        'does not. Every healthy member gets every message, or the run fails.',
    };
  },
};

async function measure(context: BenchContext): Promise<Run> {
  const server = await SkeinProcess.start(context, { name: 'stalled' });
  const load = await LoadProcess.start();
  const ms = (bytes(context) / TEXT_BYTES / PER_SECOND) * 1_000;
  const options = { peer: 'skein', receivers: MEMBERS, textBytes: TEXT_BYTES, frameBytes: 0 } as const;
  try {
    await load.call('openFanOut', { ...options, port: server.port, hasExtraMember: true });
    // As much as is measured: caches fill up and the heap finds its size, which must not count as the stalled reader's.
    await load.call('runFanOutOpen', { ms, perSecond: PER_SECOND });
    const undisturbed = await watch(server, () => load.call('runFanOutOpen', { ms, perSecond: PER_SECOND }));
    await load.call('stallExtraMember', {});
    const during = await watch(server, () => load.call('runFanOutOpen', { ms, perSecond: PER_SECOND }));
    context.progress(
      `p99 ${undisturbed.report.deliveryLatency.p99Ms.toFixed(1)} → ${during.report.deliveryLatency.p99Ms.toFixed(1)} ms, ` +
        `peak memory ${Math.round(undisturbed.peakMiB)} → ${Math.round(during.peakMiB)} MiB`,
    );
    return { undisturbed, stalled: during };
  } finally {
    await load.stop();
    await server.stop();
  }
}

/** Runs the load and looks at the server's memory meanwhile. */
async function watch(server: SkeinProcess, work: () => Promise<FanOutReport>): Promise<Phase> {
  let peak = 0;
  let isDone = false;
  const watching = (async () => {
    for (; !isDone; await sleep(SAMPLE_EVERY_MS)) peak = Math.max(peak, residentBytes(server.pid));
  })();
  const report = await work();
  isDone = true;
  await watching;
  return { report, peakMiB: peak / MIB };
}

function bytes({ intensity }: BenchContext): number {
  return scaled(intensity, BYTES, TEXT_BYTES * 20);
}
