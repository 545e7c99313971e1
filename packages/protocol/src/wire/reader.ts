import { ProtocolError } from '../protocol-error.ts';
import { decodeUtf8 } from './utf8.ts';

// Messages of this schema nest three deep; the rest is room for unknown fields, not for a stack overflow.
const DEPTH_MAX = 32;
// Joining unknown fields copies; a frame made of nothing else would cost time out of proportion.
const UNKNOWN_FIELDS_MAX = 256;

/** Reads protobuf from a peer: every step is bounds-checked, and the only thing it throws is ProtocolError. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  #depth = 0;
  #unknownFields = 0;

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** A varint below 2^53. A 64-bit field that holds more is refused: no identifier of ours is that large. */
  uint(): number {
    let value = 0;
    let factor = 1;
    for (let width = 0; width < 10; width++) {
      if (this.at >= this.end) throw new ProtocolError('truncated');
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new ProtocolError('number-too-large');
        return value;
      }
      factor *= 128;
    }
    throw new ProtocolError('varint-overflow');
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

  /** A copy of the bytes, to be kept. */
  copy(): Uint8Array {
    return this.view().slice();
  }

  string(): string {
    const length = this.uint();
    const at = this.#take(length);
    return decodeUtf8(this.bytes, at, at + length);
  }

  /** Enters a length-delimited part and returns where it ends; `leave` must follow. */
  enter(): number {
    if (++this.#depth > DEPTH_MAX) throw new ProtocolError('nested-too-deep');
    const length = this.uint();
    if (length > this.end - this.at) throw new ProtocolError('truncated');
    return this.at + length;
  }

  leave(end: number): void {
    if (this.at !== end) throw new ProtocolError('truncated', 'a part is shorter than its last field');
    this.#depth--;
  }

  /** Passes over a field this version does not know and returns all such fields of the message, joined. */
  unknown(tag: number, earlier: Uint8Array | undefined, tagAt: number): Uint8Array {
    if (++this.#unknownFields > UNKNOWN_FIELDS_MAX) throw new ProtocolError('too-many-unknown-fields');
    this.#skip(tag);
    const field = this.bytes.slice(tagAt, this.at);
    if (earlier === undefined) return field;
    const joined = new Uint8Array(earlier.length + field.length);
    joined.set(earlier);
    joined.set(field, earlier.length);
    return joined;
  }

  #skip(tag: number): void {
    if (tag >>> 3 === 0) throw new ProtocolError('invalid-tag');
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
    for (let width = 0; width < 10; width++) {
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
