// A batch of some hundred short messages; it grows to what is needed and stays so.
const INITIAL_BYTES = 65_536;
const NUMBER_BYTES = 8;

/**
 * Packs numbers, texts and bytes into one buffer that moves between threads. Never stored and never sent, so speed is all
 * that counts: every number takes eight bytes, whatever its size.
 */
export class Packer {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #view = viewOf(this.#bytes);
  #at = 0;

  number(value: number): void {
    this.#makeRoom(NUMBER_BYTES);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += NUMBER_BYTES;
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.#makeRoom(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.number(length);
    this.#makeRoom(length);
    this.#at += this.#bytes.write(value, this.#at);
  }

  /** What was packed, in a buffer of its own, and an empty packer again. */
  finish(): ArrayBuffer {
    const packed = this.#bytes.buffer.slice(0, this.#at);
    this.#at = 0;
    return packed;
  }

  #makeRoom(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, needed));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

/** Reads what a {@link Packer} packed, in the same order. */
export class Unpacker {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;

  constructor(packed: ArrayBuffer) {
    this.#bytes = Buffer.from(packed);
    this.#view = new DataView(packed);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += NUMBER_BYTES;
    return value;
  }

  /** A view into the buffer. */
  bytes(): Uint8Array {
    const from = this.#skip();
    return this.#bytes.subarray(from, this.#at);
  }

  /** Bytes of their own, so that keeping them does not keep the buffer. */
  ownBytes(): Uint8Array {
    return new Uint8Array(this.bytes());
  }

  text(): string {
    const from = this.#skip();
    return this.#bytes.toString('utf8', from, this.#at);
  }

  #skip(): number {
    const length = this.number();
    const from = this.#at;
    this.#at += length;
    return from;
  }
}

function viewOf(bytes: Buffer<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer);
}
