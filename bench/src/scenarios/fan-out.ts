import { costOf } from '../harness/cost.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { startPeer } from '../harness/peer-process.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import type { FanOutReport } from '../load/fan-out.ts';

const TEXT_BYTES = 200;
const RECEIVERS = [100, 1_000] as const;
const IN_FLIGHT = [1, 4] as const;

interface Run {
  readonly peer: 'loop' | 'skein';
  readonly receivers: number;
  readonly inFlight: number;
  readonly usPerCopy: number;
  readonly report: FanOutReport;
}

interface Work {
  readonly peer: Run['peer'];
  readonly receivers: number;
  /** What one copy takes on the wire; the loop is told what Skein's took. */
  readonly frameBytes: number;
}

/** One message to a group of which everybody is online, beside a loop that writes the same number of bytes. */
export const fanOut: Scenario = {
  name: 'fan-out',
  title: 'One message to many: 1→100 and 1→1,000',
  doesNotShow:
    'members behind slow networks or spread over several nodes, or TLS, which encrypts every copy anew. The receivers ' +
    'share one load process, whose reading paces the closed loop. The loop hears nothing from its receivers; Skein’s ' +
    'number contains the acknowledgements of its clients, one per client and 200 ms.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const runs: Run[] = [];
    for (let run = 0; run < context.intensity.runs; run++) {
      for (const full of RECEIVERS) {
        const receivers = scaled(context.intensity, full, 3);
        const own = await measure(context, { peer: 'skein', receivers, frameBytes: 0 });
        const frameBytes = Math.round(own[0]?.report.bytesPerPush ?? TEXT_BYTES);
        runs.push(...own, ...(await measure(context, { peer: 'loop', receivers, frameBytes })));
      }
    }
    const sizes = [...new Set(runs.map((run) => run.receivers))];
    return {
      measurements: sizes.flatMap((receivers) => IN_FLIGHT.flatMap((n) => ofSize(runs, receivers, n))),
      setup:
        `One sender, a group of ${sizes.join(' and ')} others, all connected over TCP; texts of ${TEXT_BYTES} bytes, ` +
        '1 and 4 under way, a message done when every receiver has it. Stored with fsync before anyone gets it. The ' +
        'loop writes as many bytes to as many sockets and does nothing else.',
    };
  },
};

async function measure(context: BenchContext, { peer, receivers, frameBytes }: Work): Promise<Run[]> {
  const server =
    peer === 'loop'
      ? await startPeer('fan-out-loop')
      : await SkeinProcess.start(context, { name: 'fan-out' });
  const load = await LoadProcess.start();
  try {
    await load.call('openFanOut', { peer, port: server.port, receivers, textBytes: TEXT_BYTES, frameBytes });
    const runs: Run[] = [];
    for (const inFlight of IN_FLIGHT) {
      await load.call('runFanOut', { ms: context.intensity.warmUpMs, inFlight });
      const { result: report, cost } = await costOf({ server: server.pid, load: load.pid }, () =>
        load.call('runFanOut', { ms: context.intensity.measureMs, inFlight }),
      );
      const usPerCopy = cost.serverUs / report.completed / receivers;
      runs.push({ peer, receivers, inFlight, usPerCopy, report });
      context.progress(
        `${peer}, 1→${receivers}, ${inFlight} under way: ${usPerCopy.toFixed(2)} µs per copy, ` +
          `${Math.round((report.completed / report.elapsedMs) * 1_000)} messages/s`,
      );
    }
    return runs;
  } finally {
    await load.stop();
    await server.stop();
  }
}

function ofSize(runs: readonly Run[], receivers: number, inFlight: number): Measurement[] {
  const select = (peer: Run['peer']) =>
    runs.filter((run) => run.peer === peer && run.receivers === receivers && run.inFlight === inFlight);
  const own = select('skein');
  const loop = select('loop');
  const label = `1→${receivers}, ${inFlight} under way`;
  const perSecond = own.map(({ report }) => (report.completed / report.elapsedMs) * 1_000 * receivers);
  const ratio = own.map((run, index) => run.usPerCopy / (loop[index]?.usPerCopy ?? Number.NaN));
  return [
    { what: `${label}: bare loop, CPU per copy`, unit: 'µs', values: loop.map((run) => run.usPerCopy) },
    { what: `${label}: skein, CPU per copy`, unit: 'µs', values: own.map((run) => run.usPerCopy) },
    { what: `${label}: skein ÷ bare loop`, unit: '×', values: ratio, target: { atMost: 1.5 } },
    { what: `${label}: skein, copies`, unit: '/s', values: perSecond },
    {
      what: `${label}: skein, delivery p99`,
      unit: 'ms',
      values: own.map(({ report }) => report.deliveryLatency.p99Ms),
    },
  ];
}
