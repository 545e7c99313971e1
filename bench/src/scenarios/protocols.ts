import {
  HTTP_EVENTS,
  HTTP_LONG_POLL,
  JSON_LINES,
  MQTT_3,
  MQTT_5,
  NATIVE_TCP,
  NATIVE_WEBSOCKET,
  XMPP,
} from '@skein/gateways/drivers';
import { type GatewayDriver, untilTexts } from '@skein/testkit/contracts';
import { scaled } from '../harness/intensity.ts';
import type { BenchContext, Measurement, Scenario, ScenarioResult } from '../harness/measurement.ts';
import { registerAll } from '../harness/register.ts';
import { SkeinProcess } from '../harness/skein-process.ts';
import { CountingProxy } from '../load/counting-proxy.ts';
import { type Heartbeat, measureHeartbeats } from '../load/heartbeats.ts';

const DRIVERS: readonly GatewayDriver[] = [
  NATIVE_TCP,
  NATIVE_WEBSOCKET,
  JSON_LINES,
  MQTT_3,
  MQTT_5,
  XMPP,
  HTTP_EVENTS,
  HTTP_LONG_POLL,
];
const MESSAGES = 100;
const TEXT_BYTES = 20;

interface Dialogue {
  readonly driver: GatewayDriver;
  /** Bytes a message, both ways together: of whom it comes from, and of whom it goes to. */
  readonly sender: number;
  readonly receiver: number;
}

/** The same dialogue through every gateway, and what travelled for it. */
export const protocols: Scenario = {
  name: 'protocols',
  title: 'Bytes a message, by protocol',
  doesNotShow:
    'TLS, compression, or the headers of TCP and IP, which weigh about 40 bytes a segment. The clients are those of the ' +
    'gateway suite: they ask for receipts and acknowledgements as programs do that want to lose nothing, and name each ' +
    'message by a key of 36 characters, where the SDK counts.',

  async run(context: BenchContext): Promise<ScenarioResult> {
    const messages = scaled(context.intensity, MESSAGES, 5);
    const server = await SkeinProcess.start(context, { name: 'protocols', store: 'memory' });
    try {
      const dialogues: Dialogue[] = [];
      for (const driver of DRIVERS) {
        const dialogue = await converse(server.port, driver, messages);
        dialogues.push(dialogue);
        context.progress(`${driver.name}: sender ${dialogue.sender}, receiver ${dialogue.receiver} bytes`);
      }
      const heartbeats = await measureHeartbeats(() => CountingProxy.open(server.port));
      return {
        measurements: [...dialogues.flatMap(measurementsOf), ...heartbeats.flatMap(ofHeartbeat)],
        setup:
          `${messages} texts of ${TEXT_BYTES} bytes, one after the other, from one person to another who is there, both through ` +
          'the same gateway. Counted on the sockets, both ways, text included: what the sender sends and hears for a ' +
          'message, and what the receiver hears and sends. A heartbeat is one sign of life and its answer; by HTTP it is a ' +
          'comment of the event stream, or a whole request of a poll.',
      };
    } finally {
      await server.stop();
    }
  },
};

async function converse(port: number, driver: GatewayDriver, messages: number): Promise<Dialogue> {
  const name = driver.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const people = ['from', 'to'].map((role) => ({ user: `${role}-${name}`, password: `password of ${role}` }));
  const [ana, ben] = people as [(typeof people)[number], (typeof people)[number]];
  await registerAll(port, people);
  const [anas, bens] = [await CountingProxy.open(port), await CountingProxy.open(port)];
  const [sender, receiver] = [
    await driver.arrive(anas.port, { ...ana, device: 'a-phone' }),
    await driver.arrive(bens.port, { ...ben, device: 'a-phone' }),
  ];
  try {
    const there = { direct: ben.user };
    const texts = ['the first, which makes the conversation'];
    const say = async (text: string): Promise<void> => {
      await sender.send(there, text);
      await untilTexts(receiver, { direct: ana.user }, texts);
    };
    await say(texts[0] ?? '');
    const before = { ana: anas.up + anas.down, ben: bens.up + bens.down };
    for (let at = 0; at < messages; at++) {
      texts.push(String(at).padEnd(TEXT_BYTES, '.'));
      await say(texts.at(-1) ?? '');
    }
    const perMessage = (bytes: number): number => Math.round(bytes / messages);
    return {
      driver,
      sender: perMessage(anas.up + anas.down - before.ana),
      receiver: perMessage(bens.up + bens.down - before.ben),
    };
  } finally {
    sender.cut();
    receiver.cut();
    anas.close();
    bens.close();
  }
}

function measurementsOf({ driver, sender, receiver }: Dialogue): Measurement[] {
  return [
    { what: `${driver.name}: sender`, unit: 'bytes', values: [sender] },
    { what: `${driver.name}: receiver`, unit: 'bytes', values: [receiver] },
  ];
}

function ofHeartbeat({ protocol, up, down }: Heartbeat): Measurement[] {
  return [
    { what: `${protocol}: heartbeat up`, unit: 'bytes', values: [up] },
    { what: `${protocol}: heartbeat down`, unit: 'bytes', values: [down] },
  ];
}
