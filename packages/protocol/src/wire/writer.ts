import { assert } from '@skein/model';
import { encodeUtf8, UTF8_BYTES_PER_UNIT_MAX } from '#utf8';

// Small enough that a view which outlives its neighbours keeps little alive, large enough for a hundred frames.
const BLOCK_BYTES = 8192;
const VARINT_WIDTH_MAX = 8;
const TWO_32 = 4294967296;

/**
 * Writes protobuf into blocks of memory. Length-delimited parts are written in place and moved by the width of their
 * length afterwards, so that nothing is measured twice and no part has a buffer of its own. What was taken out is never
 * written to again; the rest of its block serves the next encoding.
 */
export class Writer {
  #block = new Uint8Array(BLOCK_BYTES);
  #start = 0;
  #at = 0;

  /** Forgets what was written, also what an encoding that failed left behind. */
  clear(): void {
    this.#at = this.#start;
  }

  /** The bytes written, as a view of a shared block: free of copying, for what is sent soon and not kept. */
  take(): Uint8Array {
    const bytes = this.#block.subarray(this.#start, this.#at);
    this.#start = this.#at;
    // A large block serves one frame only, so that no small one keeps it alive.
    if (this.#block.length > BLOCK_BYTES) this.#reset();
    return bytes;
  }

  /** The bytes written, in a buffer of their own: for what is kept. */
  finish(): Uint8Array {
    const bytes = this.#block.slice(this.#start, this.#at);
    this.#at = this.#start;
    if (this.#block.length > BLOCK_BYTES) this.#reset();
    return bytes;
  }

  byte(value: number): void {
    if (this.#at === this.#block.length) this.#grow(1);
    this.#block[this.#at++] = value;
  }

  /** A tag or any other whole number from 0 to 2^53 − 1, as a varint. */
  uint(value: number): void {
    if (this.#at + VARINT_WIDTH_MAX > this.#block.length) this.#grow(VARINT_WIDTH_MAX);
    if ((value & 0x7f) === value) this.#block[this.#at++] = value;
    else this.#longUint(value);
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  fixed32(value: number): void {
    if (this.#at + 4 > this.#block.length) this.#grow(4);
    for (let shift = 0; shift < 32; shift += 8) this.#block[this.#at++] = value >>> shift;
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.raw(value);
  }

  /** Bytes without a length. */
  raw(value: Uint8Array): void {
    if (this.#at + value.length > this.#block.length) this.#grow(value.length);
    this.#block.set(value, this.#at);
    this.#at += value.length;
  }

  /** Length and UTF-8 of a text. */
  string(value: string): void {
    const mark = this.begin();
    this.text(value);
    this.end(mark);
  }

  /** UTF-8 of a text, without a length. */
  text(value: string): void {
    const most = value.length * UTF8_BYTES_PER_UNIT_MAX;
    if (this.#at + most > this.#block.length) this.#grow(most);
    this.#at = encodeUtf8(value, this.#block, this.#at);
  }

  /** Starts a length-delimited part; `end` of the returned mark completes it. */
  begin(): number {
    this.byte(0);
    return this.#at - this.#start;
  }

  /** Completes the part; one of 128 bytes or more is moved to make room for its length. */
  end(mark: number): void {
    const from = this.#start + mark;
    const length = this.#at - from;
    if (length < 0x80) {
      this.#block[from - 1] = length;
      return;
    }
    const extra = varintWidth(length) - 1;
    if (this.#at + extra > this.#block.length) this.#grow(extra);
    const moved = this.#start + mark;
    this.#block.copyWithin(moved + extra, moved, this.#at);
    this.#at = moved - 1;
    this.#longUint(length);
    this.#at += length;
  }

  #longUint(value: number): void {
    // A wrong number would be a wrong frame at every member; better a bug here than there.
    assert(value >= 0 && Number.isSafeInteger(value), 'numbers on the wire are whole and below 2^53');
    let rest = value;
    while (rest >= TWO_32) {
      this.#block[this.#at++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 0x7f) {
      this.#block[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#block[this.#at++] = rest;
  }

  #reset(): void {
    this.#block = new Uint8Array(BLOCK_BYTES);
    this.#start = 0;
    this.#at = 0;
  }

  /** Moves what is being written to a new block with room for `needed` more. */
  #grow(needed: number): void {
    const length = this.#at - this.#start;
    const block = new Uint8Array(Math.max(BLOCK_BYTES, 2 * (length + needed)));
    block.set(this.#block.subarray(this.#start, this.#at));
    this.#block = block;
    this.#start = 0;
    this.#at = length;
  }
}

/** Bytes that a number takes as a varint. */
export function varintWidth(value: number): number {
  let width = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) width++;
  return width;
}
