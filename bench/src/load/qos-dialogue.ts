import { connectAsync, type MqttClient } from 'mqtt';
import { sleep } from './sleep.ts';

export type Qos = 0 | 1 | 2;

const TOPIC = 'topics/bench/qos';

export interface DialogueOptions {
  readonly port: number;
  readonly qos: Qos;
}

export interface DialogueReport {
  /** Packets of MQTT per message between sender and broker, and between broker and receiver. */
  readonly sendersPackets: number;
  readonly receiversPackets: number;
  /** From publishing until the receiver has it. */
  readonly latenciesMs: readonly number[];
}

// Of MQTT 5.0 §2.1.2: what belongs to a message.
const OF_MESSAGES = new Set(['publish', 'puback', 'pubrec', 'pubrel', 'pubcomp']);
/** Long enough for the last acknowledgements to travel, some of them twice. */
const SETTLE_MS = 500;

/** Two third-party clients of one broker: what the one publishes, the other hears. */
export class QosDialogue {
  readonly #qos: Qos;
  readonly #sender: MqttClient;
  readonly #receiver: MqttClient;

  private constructor(qos: Qos, sender: MqttClient, receiver: MqttClient) {
    this.#qos = qos;
    this.#sender = sender;
    this.#receiver = receiver;
  }

  static async open({ port, qos }: DialogueOptions): Promise<QosDialogue> {
    const [sender, receiver] = [await meet(port, 'qos-sender'), await meet(port, 'qos-receiver')];
    await receiver.subscribeAsync(TOPIC, { qos });
    return new QosDialogue(qos, sender, receiver);
  }

  /** One message after the other; the next one leaves when the sender is done with it and the receiver has it. */
  async run(messages: number, payloadBytes: number): Promise<DialogueReport> {
    const arrived = new Map<number, (atMs: number) => void>();
    this.#receiver.on('message', (_topic, payload) => arrived.get(Number(payload))?.(performance.now()));
    const counts = [countOf(this.#sender), countOf(this.#receiver)] as const;
    const latenciesMs: number[] = [];
    for (let at = 0; at < messages; at++) {
      const startMs = performance.now();
      const seen = new Promise<number>((resolve) => arrived.set(at, resolve));
      await this.#sender.publishAsync(TOPIC, String(at).padStart(payloadBytes), { qos: this.#qos });
      latenciesMs.push((await seen) - startMs);
    }
    await sleep(SETTLE_MS);
    const [sendersPackets, receiversPackets] = counts.map((count) => count() / messages) as [number, number];
    return { sendersPackets, receiversPackets, latenciesMs };
  }

  async close(): Promise<void> {
    await Promise.all([this.#sender.endAsync(true), this.#receiver.endAsync(true)]);
  }
}

function meet(port: number, clientId: string): Promise<MqttClient> {
  return connectAsync({
    host: '127.0.0.1',
    port,
    clientId,
    username: clientId,
    reconnectPeriod: 0,
    keepalive: 0,
  });
}

function countOf(client: MqttClient): () => number {
  let count = 0;
  const look = ({ cmd }: { readonly cmd: string }): void => {
    if (OF_MESSAGES.has(cmd)) count++;
  };
  client.on('packetsend', look);
  client.on('packetreceive', look);
  return () => count;
}
