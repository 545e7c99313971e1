import { costOf } from '../harness/cost.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { hasMosquitto, startMosquitto } from '../harness/mosquitto.ts';
import { peakResidentBytes } from '../harness/process-stats.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import { type MqttStormReport, stormAccount } from '../load/mqtt-storm-load.ts';

const CLIENTS = 10_000;
const VALUES = 3;
const RUNS_MAX = 3;
const MIB = 2 ** 20;

type Broker = 'mosquitto' | 'skein';

interface Run {
  readonly broker: Broker;
  readonly report: MqttStormReport;
  readonly serverUs: number;
  readonly loadShare: number;
  readonly peakMiB: number;
}

/** Every MQTT client loses the line at the same moment, is published to while it is away, and comes back. */
export const mqttStorm: Scenario = {
  name: 'mqtt-storm',
  title: 'Reconnect storm: MQTT',
  doesNotShow:
    'TLS handshakes, which cost far more than these sign-ins; or passwords, which Skein hashes with argon2id over 19 MiB and ' +
    'mosquitto with 101 rounds of PBKDF2: devices by the thousand come with tokens there. The clients’ first attempts are ' +
    'spread over one second, as radios and routers spread them; all of them share one load process and one loopback address.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const clients = scaled(context.intensity, CLIENTS, 20);
    const brokers: readonly Broker[] = hasMosquitto() ? ['mosquitto', 'skein'] : ['skein'];
    const runs: Run[] = [];
    for (let run = 0; run < Math.min(RUNS_MAX, context.intensity.runs); run++)
      for (const broker of brokers) runs.push(await measure(context, broker, clients));
    return {
      measurements: [...brokers.flatMap((broker) => ofBroker(runs, broker, clients)), ...ratios(runs)],
      setup:
        `${clients} clients of MQTT 3.1.1 over TCP with sessions that are kept, each a user of its own with a topic of its own, ` +
        `subscribed to with QoS 1. All sockets are destroyed in one turn of the load’s event loop; from then on ${VALUES} ` +
        'values are published to each of them with QoS 1. A client is back when CONNACK came, and has heard everything ' +
        `when it has the ${VALUES} values once and in order. Back-off: a random part of 1 s, doubling to 8 s. Skein looks up ` +
        'an access token in its database and keeps sessions and values there; mosquitto checks a password of its file ' +
        'and keeps everything in memory.' +
        (hasMosquitto() ? '' : ' mosquitto is not installed and was left out.'),
    };
  },
};

async function measure(context: BenchContext, broker: Broker, clients: number): Promise<Run> {
  const server = await start(context, broker, clients);
  const load = await LoadProcess.start();
  try {
    const { port } = server;
    await load.call('openMqttStorm', { port, clients, values: VALUES, hasAccounts: broker === 'mosquitto' });
    const { result: report, cost } = await costOf({ server: server.pid, load: load.pid }, () =>
      load.call('cutMqttStorm', {}),
    );
    const { serverUs, loadShare } = cost;
    context.progress(
      `${broker}: all ${clients} back in ${(report.allBackMs / 1_000).toFixed(2)} s, ${report.present} with their sessions, ` +
        `all heard in ${(report.allHeardMs / 1_000).toFixed(2)} s, ${report.lost} lost, ${report.misplaced} misplaced`,
    );
    return { broker, report, serverUs, loadShare, peakMiB: peakResidentBytes(server.pid) / MIB };
  } finally {
    await load.stop();
    await server.stop();
  }
}

function start(context: BenchContext, broker: Broker, clients: number) {
  // One more: who publishes.
  if (broker === 'mosquitto')
    return startMosquitto(Array.from({ length: clients + 1 }, (_, index) => stormAccount(index)));
  return SkeinProcess.start(context, { name: 'mqtt-storm' });
}

function ofBroker(runs: readonly Run[], broker: Broker, clients: number): Measurement[] {
  const mine = runs.filter((run) => run.broker === broker);
  const row = (
    what: string,
    unit: Measurement['unit'],
    value: (run: Run) => number,
    target?: Measurement['target'],
  ): Measurement => ({
    what: `${broker}: ${what}`,
    unit,
    values: mine.map(value),
    ...(target === undefined || broker !== 'skein' ? {} : { target }),
  });
  return [
    row('all back', 's', ({ report }) => report.allBackMs / 1_000, { atMost: 15 }),
    row('half back', 's', ({ report }) => report.back.p50Ms / 1_000),
    row('all have heard everything', 's', ({ report }) => report.allHeardMs / 1_000, { atMost: 15 }),
    row('sessions present', '%', ({ report }) => (report.present / clients) * 100, { atLeast: 100 }),
    row('acknowledged values lost', '', ({ report }) => report.lost, { atMost: 0 }),
    row('values twice or out of turn', '', ({ report }) => report.misplaced, { atMost: 0 }),
    row('attempts per client', '', ({ report }) => report.attempts / clients),
    row('server CPU per client', 'µs', ({ serverUs }) => serverUs / clients),
    row('load process, of a core', '%', ({ loadShare }) => loadShare * 100),
    row('server memory, peak', 'MiB', ({ peakMiB }) => peakMiB),
  ];
}

function ratios(runs: readonly Run[]): Measurement[] {
  const theirs = runs.filter(({ broker }) => broker === 'mosquitto');
  if (theirs.length === 0) return [];
  const ratio = (what: string, value: (report: MqttStormReport) => number): Measurement => ({
    what: `${what}: skein ÷ mosquitto`,
    unit: '×',
    values: runs
      .filter(({ broker }) => broker === 'skein')
      .map(({ report }, at) => value(report) / value(theirs[at]?.report ?? report)),
    target: { atMost: 5 },
  });
  return [
    ratio('all back', ({ allBackMs }) => allBackMs),
    ratio('all have heard everything', ({ allHeardMs }) => allHeardMs),
  ];
}
