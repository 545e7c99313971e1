import { join } from 'node:path';
import { KNOWN_HEARTBEATS } from '@skein/client/profiles';
import { scaled } from '../harness/intensity.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { runInNamespace, whyNoNamespace } from '../harness/network-namespace.ts';
import type { Heartbeat } from '../load/heartbeats.ts';
import type { NetworkReport, QosRun } from '../load/network-main.ts';

const MAIN = join(import.meta.dirname, '..', 'load', 'network-main.ts');
const MESSAGES = 100;
const LOSS_PERCENTS = [0, 1, 5];
const QUALITIES = [0, 1, 2] as const;
const DAY_S = 86_400;
const KIB = 1_024;

/** What travels, counted where it leaves: the price of MQTT's qualities of service while packets are lost, and of signs of life. */
export const network: Scenario = {
  name: 'network',
  title: 'On the network: quality of service under loss, and signs of life',
  missing: whyNoNamespace,
  doesNotShow:
    'TLS; the way through a radio, where waking up costs more than bytes; or a network with a delay, where each exchange of QoS 1 ' +
    'and 2 waits for it once more: here nothing waits but for what was lost, which TCP sends again after 200 ms and more.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const order = {
      messages: scaled(context.intensity, MESSAGES, 3),
      lossPercents: context.intensity.name === 'smoke' ? [0] : LOSS_PERCENTS,
    };
    const reports: NetworkReport[] = [];
    for (let run = 0; run < context.intensity.runs; run++)
      reports.push(await runInNamespace<NetworkReport>(MAIN, order, context.progress));
    const runs = reports.flatMap((report) => report.runs);
    const heartbeats = reports.flatMap((report) => report.heartbeats);
    return {
      measurements: [
        ...order.lossPercents.flatMap((lossPercent) => atLoss(runs, lossPercent)),
        ...ofHeartbeats(heartbeats),
      ],
      setup:
        `A network namespace with nothing but loopback, in which iptables loses packets at random, either way, and counts them with their ` +
        `IP and TCP headers. MQTT 3.1.1 by MQTT.js, ${order.messages} messages of 200 bytes from one client to another, one after the ` +
        'other: the next one leaves when the sender has its last acknowledgement and the receiver the message. Traffic of both ' +
        'clients together. Signs of life by the intervals that products are known for, with their acknowledgements by TCP.',
    };
  },
};

function atLoss(runs: readonly QosRun[], lossPercent: number): Measurement[] {
  const brokers = [...new Set(runs.map(({ broker }) => broker))];
  return QUALITIES.flatMap((qos) =>
    brokers.flatMap((broker) => {
      const mine = runs.filter(
        (run) => run.broker === broker && run.qos === qos && run.lossPercent === lossPercent,
      );
      const label = `${lossPercent} % lost, QoS ${qos}: ${broker}`;
      const exchange = (side: 'sendersPackets' | 'receiversPackets'): number[] =>
        mine.map(({ report }) => report[side]);
      const ofMqtt: Measurement[] = [
        { what: `${label}, MQTT packets of the sender`, unit: '', values: exchange('sendersPackets') },
        { what: `${label}, MQTT packets of the receiver`, unit: '', values: exchange('receiversPackets') },
      ];
      const latency = (share: number): number[] =>
        mine.map(({ report }) => percentile(report.latenciesMs, share));
      return [
        ...(lossPercent === 0 ? ofMqtt : []),
        {
          what: `${label}, IP packets`,
          unit: '' as const,
          values: mine.map(({ traffic }) => traffic.packets),
        },
        {
          what: `${label}, IP bytes`,
          unit: 'bytes' as const,
          values: mine.map(({ traffic }) => traffic.bytes),
        },
        { what: `${label}, delivery p50`, unit: 'ms' as const, values: latency(0.5) },
        { what: `${label}, delivery p95`, unit: 'ms' as const, values: latency(0.95) },
      ];
    }),
  );
}

function ofHeartbeats(heartbeats: readonly Heartbeat[]): Measurement[] {
  const protocols = [...new Set(heartbeats.map(({ protocol }) => protocol))];
  return protocols.flatMap((protocol) => {
    const bytes = heartbeats
      .filter((heartbeat) => heartbeat.protocol === protocol)
      .map(({ up, down }) => up + down);
    const one: Measurement = {
      what: `${protocol}: one heartbeat with its answer, IP`,
      unit: 'bytes',
      values: bytes,
    };
    const daily = Object.entries(KNOWN_HEARTBEATS).map(([product, profile]): Measurement => {
      const aDay = DAY_S / secondsOf(profile);
      return {
        what: `${protocol}: a day of ${product} (${profile})`,
        unit: 'KiB',
        values: bytes.map((each) => (each * aDay) / KIB),
      };
    });
    return [one, ...daily];
  });
}

function secondsOf(profile: string): number {
  return Number(/[\d.]+/.exec(profile)?.[0]);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
