import { setTimeout as passing } from 'node:timers/promises';
import { type Address, ByteSocket } from '../byte-socket.ts';
import { Deviation, expectEqual, expectThat } from '../scenario.ts';
import { decodePacket, hex, type Received } from './decode-packet.ts';
import {
  acknowledge,
  disconnect,
  type FilterInit,
  type PublishInit,
  packet,
  publish,
  type SubscribeInit,
  subscribe,
  unsubscribe,
} from './encode-packet.ts';
import type { PacketType, Version } from './packet-types.ts';
import { WireReader } from './wire-reader.ts';
import type { Text } from './wire-values.ts';

const LOOK_MS = 200;

/** An MQTT client that can do everything a client must not do, and takes nothing that a server must not send. */
export class MqttPeer implements Disposable {
  readonly socket: ByteSocket;
  readonly version: Version;
  /** [MQTT-3.1.2-24] Whatever is larger is a deviation. */
  packetBytesMax = Number.POSITIVE_INFINITY;
  readonly #early: Received[] = [];
  #packetId = 1_000;

  private constructor(socket: ByteSocket, version: Version) {
    this.socket = socket;
    this.version = version;
  }

  static async open(address: Address, version: Version): Promise<MqttPeer> {
    return new MqttPeer(await ByteSocket.open(address), version);
  }

  /** Something came before an answer that was waited for. */
  get hasUnread(): boolean {
    return this.#early.length > 0;
  }

  send(...packets: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(packets));
  }

  /** The next packet, whatever it is. */
  async next(): Promise<Received> {
    return this.#early.shift() ?? (await this.#read());
  }

  /** The next packet, which has to be of this type. */
  async expect(type: PacketType): Promise<Received> {
    const received = await this.next();
    expectThat(received.type === type, `${described(received)} instead of ${type}`);
    return received;
  }

  /** The next packet of this type; those before it stay for later. */
  async answer(type: PacketType): Promise<Received> {
    for (;;) {
      const received = await this.#read();
      if (received.type === type) return received;
      expectThat(received.type !== 'disconnect', `${described(received)} instead of ${type}`);
      this.#early.push(received);
    }
  }

  async #read(): Promise<Received> {
    const head: number[] = [(await this.socket.read(1)).readUInt8()];
    do head.push((await this.socket.read(1)).readUInt8());
    while ((head.at(-1) ?? 0) >= 0x80 && head.length < 5);
    const length = new WireReader(Buffer.from(head.slice(1))).variable();
    const body = Buffer.from(await this.socket.read(length));
    const received = { ...decodePacket(this.version, head[0] ?? 0, body), byteCount: head.length + length };
    expectThat(
      received.byteCount <= this.packetBytesMax,
      `${received.type} of ${received.byteCount} bytes, where ${this.packetBytesMax} are allowed`,
    );
    return received;
  }

  async subscribe(filters: readonly (FilterInit | string)[], init: SubscribeInit = {}): Promise<Received> {
    const packetId = init.packetId ?? this.#packetId++;
    const options = filters.map((filter) => (typeof filter === 'string' ? { filter } : filter));
    this.send(subscribe(this.version, options, { ...init, packetId }));
    const suback = await this.answer('suback');
    expectEqual(suback.packetId, packetId, 'packet identifier of SUBACK');
    return suback;
  }

  async unsubscribe(...filters: readonly Text[]): Promise<Received> {
    const packetId = this.#packetId++;
    this.send(unsubscribe(this.version, filters, packetId));
    const unsuback = await this.answer('unsuback');
    expectEqual(unsuback.packetId, packetId, 'packet identifier of UNSUBACK');
    return unsuback;
  }

  /** Publishes to the end: what the QoS asks for is waited for. Answers the reason of the acknowledgement. */
  async publish(init: PublishInit): Promise<number> {
    const packetId = init.packetId ?? this.#packetId++;
    this.send(publish(this.version, { ...init, packetId }));
    if (init.qos === 1) return (await this.#acknowledged('puback', packetId)).reason;
    if (init.qos === 2) {
      const { reason } = await this.#acknowledged('pubrec', packetId);
      if (reason >= 0x80) return reason;
      this.send(acknowledge('pubrel', packetId));
      await this.#acknowledged('pubcomp', packetId);
      return reason;
    }
    await this.ping();
    return 0;
  }

  async #acknowledged(type: PacketType, packetId: number): Promise<Received> {
    const received = await this.answer(type);
    expectEqual(received.packetId, packetId, `packet identifier of ${type}`);
    return received;
  }

  /** The next packet, which has to be a value; it is acknowledged as its QoS asks for. */
  async receive(payload?: string): Promise<Received> {
    const received = await this.expect('publish');
    await this.complete(received);
    if (payload !== undefined) expectEqual(received.payload, payload, 'payload');
    return received;
  }

  /** Acknowledges a value to the end. */
  async complete({ qos, packetId }: Received): Promise<void> {
    if (qos === 1) this.send(acknowledge('puback', packetId));
    if (qos !== 2) return;
    this.send(acknowledge('pubrec', packetId));
    const pubrel = await this.answer('pubrel');
    expectEqual(pubrel.packetId, packetId, 'packet identifier of PUBREL');
    this.send(acknowledge('pubcomp', packetId));
  }

  /** Waits until the server has answered everything up to here. */
  async ping(): Promise<void> {
    this.send(packet('pingreq'));
    await this.answer('pingresp');
  }

  /** Looks again and again until something came, as long as this. */
  async waitForUnread(waitMs: number): Promise<void> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      await this.ping();
      if (this.hasUnread || performance.now() > deadline) return;
      await passing(LOOK_MS);
    }
  }

  /** Expects that nothing was sent that is not read yet. */
  async expectSilence(): Promise<void> {
    await this.ping();
    const [first] = this.#early;
    expectThat(first === undefined, `unexpected ${first === undefined ? '' : described(first)}`);
  }

  /** Expects the end of the connection with no answer but a reason, which is one of these where any are given. */
  async expectClosed(...reasons: readonly number[]): Promise<void> {
    for (;;) {
      let received: Received;
      try {
        received = await this.next();
      } catch (error) {
        if (error instanceof Deviation && this.socket.isOver) return;
        throw error instanceof Deviation ? new Deviation('the connection was not closed') : error;
      }
      const { type, reason } = received;
      const isRefusal = (type === 'connack' || type === 'disconnect') && reason > 0;
      expectThat(isRefusal, `${described(received)} instead of the end of the connection`);
      const isExpected = reasons.length === 0 || reasons.includes(reason);
      expectThat(isExpected, `${described(received)} instead of ${reasons.map(hex).join(' or ')}`);
    }
  }

  /** Says goodbye and waits for the end. */
  async leave(reason = 0): Promise<void> {
    this.send(disconnect(this.version, reason));
    this.socket.finish();
    await this.socket.over();
  }

  /** Goes without a word. */
  drop(): void {
    this.socket[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}

export function described({ type, reason, topic, payload }: Received): string {
  if (type === 'publish')
    return `publish of ${JSON.stringify(payload.slice(0, 40))} to ${topic.slice(0, 80)}`;
  return reason === 0 ? type : `${type} ${hex(reason)}`;
}
