const LENGTH_BITS = 7;

/** Bytes of a number as a variable byte integer (MQTT 5 §1.5.5). */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x200000 ? 3 : 4;
}

/** Gathers the fields of one packet behind its first byte, whose length is known only at the end. */
export class PacketWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  byte(value: number): this {
    return this.raw(Buffer.of(value));
  }

  uint16(value: number): this {
    return this.raw(Buffer.of(value >> 8, value & 0xff));
  }

  uint32(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(value);
    return this.raw(bytes);
  }

  varint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    do {
      const more = rest >> LENGTH_BITS;
      bytes.push((rest & 0x7f) | (more > 0 ? 0x80 : 0));
      rest = more;
    } while (rest > 0);
    return this.raw(Buffer.from(bytes));
  }

  string(text: string): this {
    return this.binary(Buffer.from(text));
  }

  binary(bytes: Uint8Array): this {
    return this.uint16(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes as Buffer);
    this.#length += bytes.length;
    return this;
  }

  /** Length and contents of another writer: how properties stand in their packet. */
  sized(inner: PacketWriter): this {
    return this.varint(inner.#length).raw(inner.joined());
  }

  /** The whole packet. */
  packet(firstByte: number): Buffer {
    const head = new PacketWriter().byte(firstByte).varint(this.#length);
    return Buffer.concat([...head.#parts, ...this.#parts]);
  }

  /** What was gathered, without a head. */
  joined(): Buffer {
    return Buffer.concat(this.#parts, this.#length);
  }
}
