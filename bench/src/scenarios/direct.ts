import { type Cost, costOf } from '../harness/cost.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { startPeer } from '../harness/peer-process.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import { median } from '../harness/statistics.ts';
import type { Peer } from '../load/direct-load.ts';
import type { RunReport } from '../load/pump.ts';

const PAIRS = 100;
const TEXT_BYTES = 200;
const IN_FLIGHT = [1, 8] as const;
const PEERS: readonly Peer[] = ['relay', 'socket.io', 'skein'];

interface Server {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

interface Run {
  readonly peer: Peer;
  readonly inFlight: number;
  readonly perSecond: number;
  readonly usPerMessage: number;
  readonly report: RunReport;
  readonly cost: Cost;
}

/** 1:1 text to somebody online, stored before it is acknowledged, beside two servers that store nothing. */
export const direct: Scenario = {
  name: 'direct',
  title: 'One-to-one messages, durable before the ack',
  doesNotShow:
    'long connections over a real network, TLS, or a disk whose fsync is slower or faster than this one. The relays ' +
    'store nothing and the bare one acknowledges nothing; they are what the runtime and a well-known library cost, ' +
    'not products to choose from. Load and server share one machine.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const pairs = scaled(context.intensity, PAIRS, 2);
    const runs: Run[] = [];
    const opens: RunReport[] = [];
    for (let run = 0; run < context.intensity.runs; run++) {
      for (const peer of PEERS) runs.push(...(await measure(context, peer, pairs, opens)));
    }
    return {
      measurements: [...PEERS.flatMap((peer) => ofPeer(runs, peer)), ...ratios(runs), ...ofOpen(opens, runs)],
      setup:
        `${pairs * 2} TCP connections in ${pairs} pairs, each sending texts of ${TEXT_BYTES} bytes to its partner; a ` +
        'message is done when the sender has its ack (where the server acknowledges) and the receiver has the message. ' +
        'Closed loop with 1 and 8 under way per connection; with 8, what comes together is read and written together. ' +
        'Then, for Skein, open loop at half of the highest rate with 1 under way, latency counted from when the message ' +
        'should have been sent. Servers take turns within each run. ' +
        'SQLite with synchronous=FULL on the disk of the temporary folder.',
    };
  },
};

async function measure(
  context: BenchContext,
  peer: Peer,
  pairs: number,
  opens: RunReport[],
): Promise<readonly Run[]> {
  const server = await start(context, peer);
  const load = await LoadProcess.start();
  try {
    await load.call('openDirectLines', { peer, port: server.port, pairs, textBytes: TEXT_BYTES });
    const runs: Run[] = [];
    for (const inFlight of IN_FLIGHT)
      runs.push(await measureClosed(context, { server, load, peer, inFlight }));
    if (peer === 'skein') opens.push(await measureOpen(context, load, runs));
    return runs;
  } finally {
    await load.stop();
    await server.stop();
  }
}

async function measureClosed(
  { intensity, progress }: BenchContext,
  { server, load, peer, inFlight }: { server: Server; load: LoadProcess; peer: Peer; inFlight: number },
): Promise<Run> {
  await load.call('runClosedLoop', { ms: intensity.warmUpMs, inFlight });
  const { result: report, cost } = await costOf({ server: server.pid, load: load.pid }, () =>
    load.call('runClosedLoop', { ms: intensity.measureMs, inFlight }),
  );
  const run: Run = {
    peer,
    inFlight,
    perSecond: (report.completed / report.elapsedMs) * 1_000,
    // What was still under way at the end was paid for as well.
    usPerMessage: cost.serverUs / (report.completed + report.unfinished),
    report,
    cost,
  };
  progress(
    `${peer}, ${inFlight} under way: ${Math.round(run.perSecond)} /s, ${run.usPerMessage.toFixed(1)} µs, ` +
      `p99 ${report.deliveryLatency.p99Ms.toFixed(1)} ms, server ${percent(cost.serverShare)}, load ${percent(cost.loadShare)}`,
  );
  return run;
}

async function measureOpen(
  { intensity, progress }: BenchContext,
  load: LoadProcess,
  runs: readonly Run[],
): Promise<RunReport> {
  // In open loop each message comes alone, as with 1 under way; the highest rate is that one.
  const perSecond = Math.max(10, (runs.find((run) => run.inFlight === 1)?.perSecond ?? 0) / 2);
  await load.call('runOpenLoop', { ms: intensity.warmUpMs, perSecond });
  const report = await load.call('runOpenLoop', { ms: intensity.measureMs, perSecond });
  const ack = report.ackLatency?.p99Ms ?? 0;
  progress(`skein, open loop at ${Math.round(perSecond)} /s: ack p99 ${ack.toFixed(1)} ms`);
  return report;
}

function start(context: BenchContext, peer: Peer): Promise<Server> {
  if (peer === 'relay') return startPeer('tcp-relay');
  if (peer === 'socket.io') return startPeer('socket-io-relay');
  return SkeinProcess.start(context, { name: 'direct' });
}

function ofPeer(runs: readonly Run[], peer: Peer): Measurement[] {
  return IN_FLIGHT.flatMap((inFlight): Measurement[] => {
    const own = select(runs, peer, inFlight);
    const label = `${peer}, ${inFlight} under way`;
    const isBest = peer === 'skein' && inFlight === Math.max(...IN_FLIGHT);
    return [
      {
        what: `${label}: messages`,
        unit: '/s',
        values: own.map((run) => run.perSecond),
        ...(isBest ? { target: { atLeast: 5_000 } } : {}),
      },
      { what: `${label}: server CPU per message`, unit: 'µs', values: own.map((run) => run.usPerMessage) },
      {
        what: `${label}: server's share of a core`,
        unit: '%',
        values: own.map((run) => run.cost.serverShare * 100),
      },
      {
        what: `${label}: load's share of a core`,
        unit: '%',
        values: own.map((run) => run.cost.loadShare * 100),
      },
    ];
  });
}

/**
 * Within one run, so that a neighbour's work weighs on both sides. Beside the relay only where a message is a segment of
 * its own: with 8 under way it moves eight messages with one system call and does not know.
 */
function ratios(runs: readonly Run[]): Measurement[] {
  const to = (peer: Peer, n: number) => ratio(select(runs, 'skein', n), select(runs, peer, n));
  const toSocketIo = IN_FLIGHT.map((n): Measurement => {
    const what = `skein ÷ socket.io, CPU, ${n} under way`;
    return { what, unit: '×', values: to('socket.io', n), target: { atMost: 1 } };
  });
  const what = 'skein ÷ relay, CPU, 1 under way';
  return [{ what, unit: '×', values: to('relay', 1), target: { atMost: 3 } }, ...toSocketIo];
}

function ratio(own: readonly Run[], other: readonly Run[]): number[] {
  return own.map((run, index) => run.usPerMessage / (other[index]?.usPerMessage ?? Number.NaN));
}

function ofOpen(opens: readonly RunReport[], runs: readonly Run[]): Measurement[] {
  const highest = median(select(runs, 'skein', 1).map((run) => run.perSecond));
  const at = `skein at half load (about ${Math.round(highest / 2)} /s)`;
  const ack = (pick: 'p50Ms' | 'p99Ms' | 'p999Ms') =>
    opens.map((report) => report.ackLatency?.[pick] ?? Number.NaN);
  return [
    { what: `${at}: ack p50`, unit: 'ms', values: ack('p50Ms') },
    { what: `${at}: ack p99`, unit: 'ms', values: ack('p99Ms'), target: { atMost: 20 } },
    { what: `${at}: ack p99.9`, unit: 'ms', values: ack('p999Ms') },
    { what: `${at}: delivery p50`, unit: 'ms', values: opens.map((report) => report.deliveryLatency.p50Ms) },
    {
      what: `${at}: delivery p99`,
      unit: 'ms',
      values: opens.map((report) => report.deliveryLatency.p99Ms),
      target: { atMost: 20 },
    },
    { what: `${at}: unfinished at the end`, unit: '', values: opens.map((report) => report.unfinished) },
  ];
}

function select(runs: readonly Run[], peer: Peer, inFlight: number): readonly Run[] {
  return runs.filter((run) => run.peer === peer && run.inFlight === inFlight);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
