import { decodeUtf8 } from '#utf8';
import { ProtocolError } from '../protocol-error.ts';

// 2^64 takes ten groups of seven bits.
const VARINT_WIDTH_MAX = 10;
const TAG_MAX = 0xffffffff;

/**
 * Reads protobuf from a peer: every step is bounds-checked, and the only thing it throws is ProtocolError. How deep it goes
 * is up to the schema, in which no message contains itself; unknown fields are passed over, not entered.
 */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /**
   * A varint below 2^53. More than that is refused: no number of ours is that large, and none is negative, which protobuf
   * writes as ten bytes.
   */
  uint(): number {
    const byte = this.at < this.end ? (this.bytes[this.at] as number) : 0x80;
    if (byte >= 0x80) return this.#longUint();
    this.at++;
    return byte;
  }

  /** A varint that only needs its low 32 bits; longer ones are cut, as the standard asks. */
  uint32(): number {
    return this.uint() >>> 0;
  }

  bool(): boolean {
    return this.uint() !== 0;
  }

  fixed32(): number {
    const at = this.#take(4);
    const b = this.bytes;
    return (
      ((b[at] as number) |
        ((b[at + 1] as number) << 8) |
        ((b[at + 2] as number) << 16) |
        ((b[at + 3] as number) << 24)) >>>
      0
    );
  }

  /** A view of the bytes, valid while the buffer it came from is. */
  view(): Uint8Array {
    const length = this.uint();
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  /** A copy of the bytes, to be kept. Not by `slice`: on a Buffer, which is what sockets deliver, that is a view. */
  copy(): Uint8Array {
    const view = this.view();
    const copy = new Uint8Array(view.length);
    copy.set(view);
    return copy;
  }

  string(): string {
    const length = this.uint();
    const at = this.#take(length);
    return decodeUtf8(this.bytes, at, at + length);
  }

  /** All bytes that are left, as a text. */
  rest(): string {
    const at = this.at;
    this.at = this.end;
    return decodeUtf8(this.bytes, at, this.end);
  }

  /** Enters a length-delimited part and returns where it ends; `leave` must follow. */
  enter(): number {
    const length = this.uint();
    if (length > this.end - this.at) throw new ProtocolError('truncated');
    return this.at + length;
  }

  leave(end: number): void {
    if (this.at !== end) throw new ProtocolError('truncated', 'a part is shorter than its last field');
  }

  /** Passes over a field this version does not know and adds where it lies to those of the same message. */
  unknown(tag: number, tagAt: number, ranges: number[] = []): number[] {
    this.#skip(tag);
    const last = ranges.length - 1;
    if (ranges[last] === tagAt) ranges[last] = this.at;
    else ranges.push(tagAt, this.at);
    return ranges;
  }

  /** The unknown fields of one message, in their order, as one run of bytes. */
  joined(ranges: readonly number[] | undefined): Uint8Array | undefined {
    if (ranges === undefined) return undefined;
    let length = 0;
    for (let i = 0; i < ranges.length; i += 2) length += (ranges[i + 1] as number) - (ranges[i] as number);
    const joined = new Uint8Array(length);
    let at = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      const part = this.bytes.subarray(ranges[i], ranges[i + 1]);
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #longUint(): number {
    let value = 0;
    let factor = 1;
    for (let width = 0; width < VARINT_WIDTH_MAX; width++) {
      if (this.at >= this.end) throw new ProtocolError('truncated');
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        // Beyond 2^53 the sum is rounded, but never down to below it.
        if (value > Number.MAX_SAFE_INTEGER) throw new ProtocolError('number-too-large');
        return value;
      }
      factor *= 128;
    }
    throw new ProtocolError('varint-overflow');
  }

  #skip(tag: number): void {
    if (tag < 8 || tag > TAG_MAX) throw new ProtocolError('invalid-tag');
    switch (tag & 7) {
      case 0:
        this.#skipVarint();
        return;
      case 1:
        this.#take(8);
        return;
      case 2:
        this.#take(this.uint());
        return;
      case 5:
        this.#take(4);
        return;
      default:
        // Groups (3, 4) are not part of proto3.
        throw new ProtocolError('wrong-wire-type');
    }
  }

  #skipVarint(): void {
    for (let width = 0; width < VARINT_WIDTH_MAX; width++) {
      if (this.at >= this.end) throw new ProtocolError('truncated');
      if ((this.bytes[this.at++] as number) < 0x80) return;
    }
    throw new ProtocolError('varint-overflow');
  }

  #take(length: number): number {
    const at = this.at;
    if (length > this.end - at) throw new ProtocolError('truncated');
    this.at = at + length;
    return at;
  }
}
