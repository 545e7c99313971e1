import { malformed } from './reason-codes.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// [MQTT-1.5.5-1] A variable byte integer has at most four bytes.
const VARINT_BYTES_MAX = 4;

/** Reads the fields of one packet; every step is bounds-checked, and the only thing it throws is MqttViolation. */
export class PacketReader {
  readonly bytes: Buffer;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = from;
    this.end = to;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    const at = this.#take(1);
    return this.bytes[at] as number;
  }

  uint16(): number {
    const at = this.#take(2);
    return ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number);
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4));
  }

  varint(): number {
    let value = 0;
    for (let width = 0; width < VARINT_BYTES_MAX; width++) {
      const byte = this.byte();
      value |= (byte & 0x7f) << (7 * width);
      if (byte < 0x80) {
        // [MQTT-1.5.5-1] As few bytes as the value needs.
        if (byte === 0 && width > 0) throw malformed('a length has more bytes than it needs');
        return value;
      }
    }
    throw malformed('a length has more than four bytes');
  }

  /** [MQTT-2.2.1-3] [MQTT-2.3.1-1 of 3.1.1] A packet identifier is never 0. */
  packetId(): number {
    const id = this.uint16();
    if (id === 0) throw malformed('packet identifier 0');
    return id;
  }

  /** [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.4-3] (3.1.1: 1.5.3) Valid UTF-8, no U+0000, and U+FEFF is kept. */
  string(): string {
    const length = this.uint16();
    const from = this.#take(length);
    const to = from + length;
    for (let at = from; at < to; at++) {
      const byte = this.bytes[at] as number;
      if (byte === 0) throw malformed('U+0000 in a text');
      if (byte >= 0x80) return this.#wideString(from, to);
    }
    return this.bytes.toString('latin1', from, to);
  }

  /** A copy, in memory of its own: what was read from the socket is valid only during the call. */
  binary(): Uint8Array {
    const length = this.uint16();
    const at = this.#take(length);
    return new Uint8Array(this.bytes.subarray(at, at + length));
  }

  /** A copy of all that is left. A small one is a part of Node's pool, which takes half as long; the core copies what it keeps. */
  rest(): Uint8Array {
    const at = this.at;
    this.at = this.end;
    return Buffer.from(this.bytes.subarray(at, this.end));
  }

  /** The properties or the packet end where they said they would. */
  finish(): void {
    if (this.at !== this.end) throw malformed('bytes behind the last field');
  }

  #wideString(from: number, to: number): string {
    let text: string;
    try {
      text = strictUtf8.decode(this.bytes.subarray(from, to));
    } catch {
      throw malformed('a text that is not UTF-8');
    }
    if (text.includes('\0')) throw malformed('U+0000 in a text');
    return text;
  }

  #take(count: number): number {
    const { at } = this;
    if (this.end - at < count) throw malformed('a field ends behind its packet');
    this.at = at + count;
    return at;
  }
}
