import { FanOut, type FanOutReport } from './fan-out.ts';
import { forEachOf, OPENING_AT_ONCE } from './line.ts';
import { MqttPeer, PublishPackets } from './mqtt-peer.ts';
import { Pump, type RunReport } from './pump.ts';

export interface MqttWork {
  readonly port: number;
  readonly qos: 0 | 1;
  readonly payloadBytes: number;
  /** Pairs of a sender and a receiver, or the receivers of one sender. */
  readonly count: number;
}

let pump = new Pump();
let fanOut: FanOut | null = null;

/** As many topics as pairs: one sends to its own, the other hears it. */
export async function openMqttPairs({ port, qos, payloadBytes, count }: MqttWork): Promise<void> {
  pump = new Pump();
  const lines = await forEachOf(count, OPENING_AT_ONCE, async (index) => {
    const topic = `topics/bench/pair-${index}`;
    const receiver = await MqttPeer.connect({
      port,
      clientId: `receiver-${index}`,
      onPublish: (delivered) => pump.delivered(index, delivered),
    });
    await receiver.subscribe(topic, qos);
    const sender = await MqttPeer.connect({
      port,
      clientId: `sender-${index}`,
      onAck: (acked) => pump.acked(index, acked),
    });
    const packets = new PublishPackets(topic, payloadBytes, qos);
    return { send: (messages: number) => sender.write(packets.next(messages)) };
  });
  pump.attach({ lines, isAcked: qos === 1, close: () => undefined });
}

export function runMqttPairs(options: { ms: number; inFlight: number }): Promise<RunReport> {
  return pump.runClosed(options);
}

/** One topic that everybody hears. */
export async function openMqttFanOut({ port, qos, payloadBytes, count }: MqttWork): Promise<void> {
  const target = new FanOut(count);
  fanOut = target;
  const topic = 'topics/bench/everybody';
  await forEachOf(count, OPENING_AT_ONCE, async (index) => {
    const receiver = await MqttPeer.connect({
      port,
      clientId: `receiver-${index}`,
      onBytes: (bytes) => target.read(bytes),
      onPublish: (delivered) => target.delivered(index, delivered),
    });
    await receiver.subscribe(topic, qos);
  });
  const sender = await MqttPeer.connect({ port, clientId: 'the-sender' });
  const packets = new PublishPackets(topic, payloadBytes, qos);
  target.send = () => sender.write(packets.next(1));
  target.isCounting = true;
}

export function runMqttFanOut(options: { ms: number; inFlight: number }): Promise<FanOutReport> {
  if (fanOut === null) throw new Error('nothing is open');
  return fanOut.runClosed(options);
}
