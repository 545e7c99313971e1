import { connect, type Socket } from 'node:net';
import { connectPacket, type MqttVersion, packet, text } from './hostile-packets.ts';

// MQTT 5 §2.1.2.
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const SUBACK = 9;
const PINGRESP = 13;
const PINGREQ = Uint8Array.of(0xc0, 0);
const ACK_BYTES = 4;
const PACKET_ID_MAX = 0xffff;
const ANSWER_MS_MAX = 30_000;

/** A client of MQTT that acknowledges what it hears, and whose session goes on when its line was lost. */
export class MqttStormClient {
  /** What came, by its topic, in the order in which it came. */
  readonly heard = new Map<string, string[]>();
  /** The last CONNACK said that the session was there. */
  isPresent = false;
  acked = 0;
  readonly #port: number;
  readonly #user: string;
  readonly #version: MqttVersion;
  readonly #connect: Uint8Array;
  #socket: Socket | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #lastPacketId = 0;
  /** Told the first packet of the kind that is waited for, and null when nothing more will come. */
  #wanted: { readonly type: number; answer(body: Buffer | null): void } | null = null;

  constructor(port: number, { user, number, version }: StormClientName) {
    this.#port = port;
    this.#user = user;
    this.#version = version;
    // See `connectPacket`: the last letter keeps the session.
    this.#connect = connectPacket(user, `${user}-${number}-k`, version);
  }

  /** Errors: rejects when the server does not answer, or refuses. */
  async arrive(filters: readonly string[]): Promise<void> {
    await this.#open();
    for (const filter of filters) {
      const properties = this.#version === 5 ? [0] : [];
      const granted = await this.#ask(packet(0x82, [0, 1, ...properties, ...text(filter), 1]), SUBACK);
      if (granted.at(-1) !== 1) throw new Error(`${filter} was refused`);
    }
  }

  /** Everything that was said before has been taken by the server. */
  async settle(): Promise<void> {
    await this.#ask(PINGREQ, PINGRESP);
  }

  /** As a tunnel does to a phone. */
  cut(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  /** False where it has to be tried again. */
  async comeBack(): Promise<boolean> {
    try {
      await this.#open();
      return true;
    } catch {
      this.cut();
      return false;
    }
  }

  /** With QoS 1; `acked` counts those that the server took. */
  publish(topic: string, payload: string): void {
    this.#lastPacketId = (this.#lastPacketId % PACKET_ID_MAX) + 1;
    const head = [...text(topic), this.#lastPacketId >> 8, this.#lastPacketId & 0xff];
    const properties = this.#version === 5 ? [0] : [];
    this.#socket?.write(packet(0x32, [...head, ...properties, ...Buffer.from(payload)]));
  }

  async #open(): Promise<void> {
    this.#rest = Buffer.alloc(0);
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#wanted?.answer(null);
    });
    socket.on('data', (bytes) => this.#read(bytes));
    const connack = await this.#ask(this.#connect, CONNACK);
    if (connack[1] !== 0) throw new Error(`${this.#user} was refused with ${connack[1]}`);
    this.isPresent = connack[0] === 1;
  }

  #ask(bytes: Uint8Array, type: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const answer = (body: Buffer | null): void => {
        clearTimeout(timer);
        this.#wanted = null;
        if (body === null) reject(new Error(`no packet of type ${type}`));
        else resolve(body);
      };
      const timer = setTimeout(() => answer(null), ANSWER_MS_MAX);
      this.#wanted = { type, answer };
      this.#socket?.write(bytes);
    });
  }

  #read(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#rest, chunk]);
    for (let size = sizeOf(bytes); size !== null && size <= bytes.length; size = sizeOf(bytes)) {
      this.#take(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes;
  }

  #take(whole: Buffer): void {
    const type = (whole[0] ?? 0) >> 4;
    const body = whole.subarray(whole.findIndex((byte, at) => at > 0 && byte < 0x80) + 1);
    if (type === PUBLISH) this.#hear(body);
    else if (type === PUBACK) this.acked++;
    else if (this.#wanted?.type === type) this.#wanted.answer(body);
  }

  #hear(body: Buffer): void {
    const topicEnd = 2 + body.readUInt16BE(0);
    const topic = body.toString('utf8', 2, topicEnd);
    const ack = Buffer.alloc(ACK_BYTES);
    ack.writeUInt16BE(0x4002, 0);
    ack.writeUInt16BE(body.readUInt16BE(topicEnd), 2);
    this.#socket?.write(ack);
    // In MQTT 5 properties, whose length may take two bytes, come before the payload.
    let at = topicEnd + 2;
    if (this.#version === 5) {
      const first = body[at] ?? 0;
      at += first < 0x80 ? 1 + first : 2 + (first & 0x7f) + ((body[at + 1] ?? 0) << 7);
    }
    const texts = this.heard.get(topic) ?? [];
    texts.push(body.toString('utf8', at));
    this.heard.set(topic, texts);
  }
}

export interface StormClientName {
  readonly user: string;
  /** Among the clients of that user. */
  readonly number: number;
  readonly version: MqttVersion;
}

/** Of the packet that begins here, or null while that is not known. */
function sizeOf(bytes: Buffer): number | null {
  let length = 0;
  for (let width = 0; width + 1 < bytes.length; width++) {
    const byte = bytes[width + 1] ?? 0;
    length += (byte & 0x7f) << (7 * width);
    if (byte < 0x80) return width + 2 + length;
  }
  return null;
}
