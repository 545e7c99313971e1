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

/** How often the receivers acknowledge: never to the loop, else as the protocol allows. */
type Acks = 'none' | 'usual' | 'rare';

interface Run {
  readonly peer: 'loop' | 'skein';
  readonly acks: Acks;
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
    'share one load process, whose reading paces the closed loop: the slower it is, the more acknowledgements come with ' +
    'each message.',

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
        'loop writes as many bytes to as many sockets and does nothing else; it hears nothing from its receivers. So ' +
        'Skein is measured twice: with receivers that acknowledge every 200 ms, which is work on top of the fan-out ' +
        'and depends on time, not on messages, and every 8 s, which is nearly the fan-out alone.',
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
    const runs = await measureEach(
      context,
      { server, load },
      { peer, receivers, acks: peer === 'loop' ? 'none' : 'usual' },
    );
    if (peer === 'loop') return runs;
    await load.call('acknowledgeRarely', {});
    return [...runs, ...(await measureEach(context, { server, load }, { peer, receivers, acks: 'rare' }))];
  } finally {
    await load.stop();
    await server.stop();
  }
}

async function measureEach(
  { intensity, progress }: BenchContext,
  { server, load }: { readonly server: { readonly pid: number }; readonly load: LoadProcess },
  kind: Pick<Run, 'peer' | 'receivers' | 'acks'>,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const inFlight of IN_FLIGHT) {
    await load.call('runFanOut', { ms: intensity.warmUpMs, inFlight });
    const { result: report, cost } = await costOf({ server: server.pid, load: load.pid }, () =>
      load.call('runFanOut', { ms: intensity.measureMs, inFlight }),
    );
    const usPerCopy = cost.serverUs / report.completed / kind.receivers;
    runs.push({ ...kind, inFlight, usPerCopy, report });
    progress(
      `${kind.peer}, acks ${kind.acks}, 1→${kind.receivers}, ${inFlight} under way: ${usPerCopy.toFixed(2)} µs per copy, ` +
        `${Math.round((report.completed / report.elapsedMs) * 1_000)} messages/s`,
    );
  }
  return runs;
}

function ofSize(runs: readonly Run[], receivers: number, inFlight: number): Measurement[] {
  const select = (acks: Acks) =>
    runs.filter((run) => run.acks === acks && run.receivers === receivers && run.inFlight === inFlight);
  const [loop, usual, rare] = [select('none'), select('usual'), select('rare')];
  const label = `1→${receivers}, ${inFlight} under way`;
  const cost = (of: readonly Run[]) => of.map((run) => run.usPerCopy);
  const ratio = (of: readonly Run[]) =>
    of.map((run, index) => run.usPerCopy / (loop[index]?.usPerCopy ?? Number.NaN));
  const perSecond = usual.map(({ report }) => (report.completed / report.elapsedMs) * 1_000 * receivers);
  const p99 = usual.map(({ report }) => report.deliveryLatency.p99Ms);
  return [
    { what: `${label}: bare loop, CPU per copy`, unit: 'µs', values: cost(loop) },
    { what: `${label}: skein, CPU per copy`, unit: 'µs', values: cost(rare) },
    { what: `${label}: skein ÷ bare loop`, unit: '×', values: ratio(rare), target: { atMost: 1.5 } },
    { what: `${label}: skein with acks, CPU per copy`, unit: 'µs', values: cost(usual) },
    { what: `${label}: skein with acks ÷ bare loop`, unit: '×', values: ratio(usual) },
    { what: `${label}: skein with acks, copies`, unit: '/s', values: perSecond },
    { what: `${label}: skein with acks, delivery p99`, unit: 'ms', values: p99 },
  ];
}
