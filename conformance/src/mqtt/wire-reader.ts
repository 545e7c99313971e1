import { Deviation, expectThat } from '../scenario.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the data types of MQTT 5 §1.5. Errors: a deviation where the server wrote something else. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  twoBytes(): number {
    return this.take(2).readUInt16BE();
  }

  fourBytes(): number {
    return this.take(4).readUInt32BE();
  }

  /** [MQTT-1.5.5-1] In the fewest bytes. */
  variable(): number {
    let value = 0;
    for (let width = 1; width <= 4; width++) {
      const next = this.byte();
      value += (next & 0x7f) * 128 ** (width - 1);
      if (next >= 0x80) continue;
      expectThat(width === 1 || next !== 0, 'a variable byte integer takes more bytes than it needs');
      return value;
    }
    throw new Deviation('a variable byte integer of more than four bytes');
  }

  counted(): Buffer {
    return this.take(this.twoBytes());
  }

  /** [MQTT-1.5.4-1] [MQTT-1.5.4-2] */
  text(): string {
    const bytes = this.counted();
    try {
      const text = UTF8.decode(bytes);
      expectThat(!text.includes('\0'), 'text with U+0000');
      return text;
    } catch (error) {
      throw error instanceof Deviation ? error : new Deviation('text that is not UTF-8');
    }
  }

  take(byteCount: number): Buffer {
    expectThat(this.#at + byteCount <= this.#bytes.length, 'a packet is shorter than what is in it');
    const taken = this.#bytes.subarray(this.#at, this.#at + byteCount);
    this.#at += byteCount;
    return taken;
  }

  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }
}
