import { encodeUtf8Into } from './utf8.ts';

const INITIAL_BYTES = 1024;
// A string of n UTF-16 units takes at most 3n bytes of UTF-8.
const UTF8_BYTES_PER_UNIT = 3;
const TWO_32 = 4294967296;

/**
 * Writes protobuf into one growing buffer. Length-delimited parts are written in place and moved by the width of their
 * length afterwards, so that nothing is measured twice and no part has a buffer of its own.
 */
export class Writer {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** The bytes written so far, copied, and an empty writer again. */
  finish(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return bytes;
  }

  /** Forgets what was written, also what an encoding that failed left behind. */
  clear(): void {
    this.#at = 0;
  }

  byte(value: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at++] = value;
  }

  /** A tag or any other number below 2^53, as a varint. */
  uint(value: number): void {
    if (this.#at + 10 > this.#bytes.length) this.#grow(10);
    let rest = value;
    while (rest >= TWO_32) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  fixed32(value: number): void {
    if (this.#at + 4 > this.#bytes.length) this.#grow(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.raw(value);
  }

  /** Bytes without a length. */
  raw(value: Uint8Array): void {
    if (this.#at + value.length > this.#bytes.length) this.#grow(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Length and UTF-8 of a text. */
  string(value: string): void {
    const most = value.length * UTF8_BYTES_PER_UNIT;
    if (this.#at + most + 5 > this.#bytes.length) this.#grow(most + 5);
    const mark = this.begin();
    this.#at += encodeUtf8Into(value, this.#bytes.subarray(this.#at));
    this.end(mark);
  }

  /** Starts a length-delimited part; `end` of the returned mark completes it. */
  begin(): number {
    this.byte(0);
    return this.#at;
  }

  end(mark: number): void {
    const length = this.#at - mark;
    if (length < 0x80) {
      this.#bytes[mark - 1] = length;
      return;
    }
    const extra = varintWidth(length) - 1;
    if (this.#at + extra > this.#bytes.length) this.#grow(extra);
    this.#bytes.copyWithin(mark + extra, mark, this.#at);
    this.#at = mark - 1;
    this.uint(length);
    this.#at += length;
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + needed));
    bytes.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Bytes that a number takes as a varint. */
export function varintWidth(value: number): number {
  let width = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) width++;
  return width;
}
