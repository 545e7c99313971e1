import { costOf } from '../harness/cost.ts';
import { scaled } from '../harness/intensity.ts';
import { LoadProcess } from '../harness/load-process.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { hasMosquitto, startMosquitto } from '../harness/mosquitto.ts';
import { startPeer } from '../harness/peer-process.ts';
import { SkeinProcess } from '../harness/skein-process.ts';

const PAYLOAD_BYTES = 200;
const PAIRS = 50;
const RECEIVERS = 100;
const IN_FLIGHT = [1, 8] as const;

type Broker = 'mosquitto' | 'aedes' | 'floor' | 'skein';
type Shape = 'pairs' | 'fan-out';

interface Run {
  readonly broker: Broker;
  readonly shape: Shape;
  readonly qos: 0 | 1;
  readonly inFlight: number;
  readonly usPerDelivery: number;
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** What one measurement is of. */
type Kind = Pick<Run, 'shape' | 'qos' | 'inFlight'>;

const WORK: readonly Pick<Run, 'shape' | 'qos'>[] = [
  { shape: 'pairs', qos: 0 },
  { shape: 'pairs', qos: 1 },
  { shape: 'fan-out', qos: 0 },
  { shape: 'fan-out', qos: 1 },
];

const KINDS: readonly Kind[] = WORK.flatMap((work) => IN_FLIGHT.map((inFlight) => ({ ...work, inFlight })));

/** Values over MQTT to those who are there, beside the reference broker in C and the well-known one in JavaScript. */
export const mqtt: Scenario = {
  name: 'mqtt',
  title: 'MQTT: one to one, and one to a hundred',
  doesNotShow:
    'sessions that are kept, which cost an fsync here and nothing in brokers that keep them in memory; messages of a ' +
    'conversation, which are stored; TLS; or what happens with thousands of topics.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const brokers: readonly Broker[] = hasMosquitto()
      ? ['mosquitto', 'aedes', 'floor', 'skein']
      : ['aedes', 'floor', 'skein'];
    const runs: Run[] = [];
    for (let run = 0; run < context.intensity.runs; run++) {
      for (const broker of brokers) {
        for (const work of WORK) runs.push(...(await measure(context, { broker, ...work })));
      }
    }
    return {
      measurements: KINDS.flatMap((kind) => [
        ...brokers.flatMap((broker) => ofBroker(runs, { broker, ...kind })),
        ...ratios(runs, kind),
      ]),
      setup:
        `MQTT 3.1.1 over TCP, ${PAYLOAD_BYTES} bytes, clean sessions, topics that nothing is retained in. ` +
        `Pairs: ${scaled(context.intensity, PAIRS, 2)} senders, each to a receiver of its own. Fan-out: one sender to ` +
        `${scaled(context.intensity, RECEIVERS, 3)} receivers. ${IN_FLIGHT.join(' and ')} under way per sender, of which what comes together may be written together; with QoS 1 a message is done when ` +
        'both acknowledgements have come. The floor is a program on the same runtime that cuts packets and writes their bytes on, ' +
        'nothing else. CPU of all threads of the broker, per delivered message.' +
        (hasMosquitto() ? '' : ' mosquitto is not installed and was left out.'),
    };
  },
};

async function measure(
  context: BenchContext,
  { broker, shape, qos }: Pick<Run, 'broker' | 'shape' | 'qos'>,
): Promise<Run[]> {
  const { intensity } = context;
  const server = await start(context, broker);
  const load = await LoadProcess.start();
  try {
    const count = shape === 'pairs' ? scaled(intensity, PAIRS, 2) : scaled(intensity, RECEIVERS, 3);
    const [open, run] =
      shape === 'pairs'
        ? (['openMqttPairs', 'runMqttPairs'] as const)
        : (['openMqttFanOut', 'runMqttFanOut'] as const);
    await load.call(open, { port: server.port, qos, payloadBytes: PAYLOAD_BYTES, count });
    const copies = shape === 'pairs' ? 1 : count;
    const runs: Run[] = [];
    for (const inFlight of IN_FLIGHT) {
      const kind = { broker, shape, qos, inFlight };
      await load.call(run, { ms: intensity.warmUpMs, inFlight });
      const { result, cost } = await costOf({ server: server.pid, load: load.pid }, () =>
        load.call(run, { ms: intensity.measureMs, inFlight }),
      );
      const deliveries = result.completed * copies;
      const perSecond = (deliveries / result.elapsedMs) * 1_000;
      const usPerDelivery = cost.serverUs / deliveries;
      runs.push({ ...kind, usPerDelivery, perSecond, p99Ms: result.deliveryLatency.p99Ms });
      context.progress(
        `${broker}, ${labelOf(kind)}: ${usPerDelivery.toFixed(1)} µs per delivery, ${Math.round(perSecond)} /s`,
      );
    }
    return runs;
  } finally {
    await load.stop();
    await server.stop();
  }
}

function start(context: BenchContext, broker: Broker) {
  switch (broker) {
    case 'mosquitto':
      return startMosquitto();
    case 'aedes':
      return startPeer('aedes-broker');
    case 'floor':
      return startPeer('mqtt-floor');
    case 'skein':
      return SkeinProcess.start(context, { name: 'mqtt' });
  }
}

function labelOf({ shape, qos, inFlight }: Kind): string {
  return `${shape === 'pairs' ? '1:1' : `1→${RECEIVERS}`}, QoS ${qos}, ${inFlight} under way`;
}

function of(runs: readonly Run[], kind: Kind & Pick<Run, 'broker'>): readonly Run[] {
  const names = ['broker', 'shape', 'qos', 'inFlight'] as const;
  return runs.filter((run) => names.every((name) => run[name] === kind[name]));
}

function ofBroker(runs: readonly Run[], kind: Kind & Pick<Run, 'broker'>): Measurement[] {
  const mine = of(runs, kind);
  const label = `${labelOf(kind)}: ${kind.broker}`;
  return [
    { what: `${label}, CPU per delivery`, unit: 'µs', values: mine.map((run) => run.usPerDelivery) },
    { what: `${label}, deliveries`, unit: '/s', values: mine.map((run) => run.perSecond) },
  ];
}

function ratios(runs: readonly Run[], kind: Kind): Measurement[] {
  const skein = of(runs, { broker: 'skein', ...kind });
  const against = (broker: Broker, target?: Measurement['target']): Measurement[] => {
    const theirs = of(runs, { broker, ...kind });
    if (theirs.length === 0) return [];
    const values = skein.map((run, at) => run.usPerDelivery / (theirs[at]?.usPerDelivery ?? Number.NaN));
    return [
      {
        what: `${labelOf(kind)}: skein ÷ ${broker}`,
        unit: '×',
        values,
        ...(target === undefined ? {} : { target }),
      },
    ];
  };
  return [...against('mosquitto', { atMost: 2 }), ...against('aedes', { atMost: 0.5 }), ...against('floor')];
}
