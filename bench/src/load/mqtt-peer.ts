import { openWire, type Wire } from './transport.ts';

/** Bytes of MQTT 3.1.1 as a client sends them, and as much reading as it takes to count. */
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const SUBACK = 9;
const CONNACK_MS_MAX = 10_000;

export interface MqttAccount {
  readonly user: string;
  /** Null where the name is enough. */
  readonly secret: string | null;
}

export interface MqttPeerOptions {
  readonly port: number;
  readonly clientId: string;
  /** By its client identifier and no secret where it is left out. */
  readonly account?: MqttAccount;
  /** Its session outlives the connection. */
  readonly isKept?: boolean;
  readonly onValue?: (payload: Buffer) => void;
  readonly onClosed?: () => void;
  readonly onBytes?: (byteCount: number) => void;
  readonly onPublish?: (count: number) => void;
  readonly onAck?: (count: number) => void;
}

/** A client that writes packets made beforehand and counts what comes back; QoS 1 is acknowledged, as it must be. */
export class MqttPeer {
  readonly #options: MqttPeerOptions;
  #wire: Wire | null = null;
  #rest = Buffer.alloc(0);
  #answered: () => void = () => undefined;
  #failed: (why: string) => void = () => undefined;
  #connack = Buffer.alloc(0);

  private constructor(options: MqttPeerOptions) {
    this.#options = options;
  }

  static async connect(options: MqttPeerOptions): Promise<MqttPeer> {
    const peer = new MqttPeer(options);
    peer.#wire = await openWire('tcp', options.port, {
      data: (bytes) => peer.#read(bytes),
      closed: () => peer.#closed(),
    });
    // A broker whose queue of new connections is full may never have heard of one that its kernel let in.
    const timer = setTimeout(() => peer.close(), CONNACK_MS_MAX);
    await peer.#ask(connectPacket(options)).finally(() => clearTimeout(timer));
    const code = peer.#connack[1];
    if (code === 0) return peer;
    peer.close();
    throw new Error(`refused with ${code}`);
  }

  /** The broker knew its session. */
  get isPresent(): boolean {
    return this.#connack[0] === 1;
  }

  subscribe(topic: string, qos: 0 | 1): Promise<void> {
    const body = Buffer.concat([Buffer.of(0, 1), text(topic), Buffer.of(qos)]);
    return this.#ask(Buffer.concat([Buffer.of(0x82, body.length), body]));
  }

  write(bytes: Uint8Array): void {
    this.#wire?.write(bytes);
  }

  close(): void {
    this.#wire?.destroy();
  }

  #ask(packet: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = (why) => reject(new Error(why));
      this.write(packet);
    });
  }

  #closed(): void {
    this.#failed('the connection was lost');
    this.#options.onClosed?.();
  }

  #read(chunk: Uint8Array): void {
    this.#options.onBytes?.(chunk.length);
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    let published = 0;
    let acked = 0;
    const acks: number[] = [];
    for (;;) {
      const packet = packetAt(bytes, at);
      if (packet === null) break;
      const { type, flags, bodyAt, end } = packet;
      if (type === PUBLISH) {
        published++;
        const hasId = (flags & 0x06) !== 0;
        if (hasId) acks.push(packetIdIn(bytes, bodyAt));
        this.#options.onValue?.(bytes.subarray(payloadIn(bytes, bodyAt) + (hasId ? 2 : 0), end));
      } else if (type === PUBACK) acked++;
      else if (type === CONNACK || type === SUBACK) {
        if (type === CONNACK) this.#connack = Buffer.from(bytes.subarray(bodyAt, end));
        this.#answered();
      }
      at = end;
    }
    this.#rest = bytes.subarray(at);
    if (acks.length > 0) this.write(pubAcks(acks));
    if (published > 0) this.#options.onPublish?.(published);
    if (acked > 0) this.#options.onAck?.(acked);
  }
}

/** PUBLISH packets of one size, made once; those of QoS 1 get their identifiers as they are sent. */
export class PublishPackets {
  readonly #packet: Buffer;
  readonly #packetIdAt: number;
  #lastId = 0;

  constructor(topic: string, payloadBytes: number, qos: 0 | 1) {
    const id = qos === 0 ? [] : [0, 0];
    const body = Buffer.concat([text(topic), Buffer.from(id), Buffer.alloc(payloadBytes, 0x61)]);
    const head = [0x30 | (qos << 1), ...lengthBytes(body.length)];
    this.#packet = Buffer.concat([Buffer.from(head), body]);
    this.#packetIdAt = qos === 0 ? 0 : head.length + 2 + Buffer.byteLength(topic);
  }

  get bytes(): number {
    return this.#packet.length;
  }

  next(count: number): Buffer {
    if (this.#packetIdAt === 0 && count === 1) return this.#packet;
    const all = Buffer.concat(Array.from({ length: count }, () => this.#packet));
    if (this.#packetIdAt === 0) return all;
    for (let each = 0; each < count; each++) {
      this.#lastId = (this.#lastId % 0xffff) + 1;
      all.writeUInt16BE(this.#lastId, each * this.#packet.length + this.#packetIdAt);
    }
    return all;
  }
}

/** One PUBLISH with QoS 1. */
export function publishPacket(topic: string, packetId: number, payload: string): Buffer {
  const body = Buffer.concat([text(topic), Buffer.of(packetId >> 8, packetId & 0xff), Buffer.from(payload)]);
  return Buffer.concat([Buffer.of(0x32, ...lengthBytes(body.length)), body]);
}

function packetAt(bytes: Buffer, at: number) {
  let length = 0;
  for (let width = 1; width <= 4; width++) {
    const byte = bytes[at + width];
    if (byte === undefined) return null;
    length += (byte & 0x7f) << (7 * (width - 1));
    if (byte >= 0x80) continue;
    const bodyAt = at + 1 + width;
    const first = bytes[at] ?? 0;
    const end = bodyAt + length;
    return end > bytes.length ? null : { type: first >> 4, flags: first & 0x0f, bodyAt, end };
  }
  throw new Error('a packet has no length');
}

function packetIdIn(bytes: Buffer, bodyAt: number): number {
  return bytes.readUInt16BE(payloadIn(bytes, bodyAt));
}

/** Where the topic of a PUBLISH ends. */
function payloadIn(bytes: Buffer, bodyAt: number): number {
  return bodyAt + 2 + bytes.readUInt16BE(bodyAt);
}

function pubAcks(ids: readonly number[]): Buffer {
  const packets = Buffer.alloc(ids.length * 4);
  ids.forEach((id, index) => {
    packets.writeUInt16BE(0x4002, index * 4);
    packets.writeUInt16BE(id, index * 4 + 2);
  });
  return packets;
}

const USER_NAME = 0x80;
const PASSWORD = 0x40;
const CLEAN_SESSION = 0x02;

/** Without a keep-alive. */
function connectPacket({ clientId, account, isKept = false }: MqttPeerOptions): Buffer {
  const { user, secret } = account ?? { user: clientId, secret: null };
  const flags = USER_NAME | (secret === null ? 0 : PASSWORD) | (isKept ? 0 : CLEAN_SESSION);
  const fields = [text(clientId), text(user), ...(secret === null ? [] : [text(secret)])];
  const body = Buffer.concat([text('MQTT'), Buffer.of(4, flags, 0, 0), ...fields]);
  return Buffer.concat([Buffer.of(0x10, ...lengthBytes(body.length)), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

function lengthBytes(length: number): number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...lengthBytes(length >> 7)];
}
