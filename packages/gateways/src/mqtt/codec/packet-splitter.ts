import { MqttViolation, malformed, REASON } from './reason-codes.ts';

/** One whole packet: its first byte, and where its variable header begins and its payload ends. */
export type OnPacket = (bytes: Uint8Array, first: number, from: number, to: number) => void;

const LENGTH_BYTES_MAX = 4;

/**
 * Cuts a byte stream into packets, however it was split on its way (rule MQ1). What is not whole is kept, never more than
 * one packet of the size that is allowed.
 */
export class PacketSplitter {
  readonly #onPacket: OnPacket;
  #packetBytesMax: number;
  // The beginning of a packet that has not come whole: grows to its size once that is known.
  #held: Buffer | null = null;
  #heldCount = 0;

  constructor(packetBytesMax: number, onPacket: OnPacket) {
    this.#packetBytesMax = packetBytesMax;
    this.#onPacket = onPacket;
  }

  setPacketBytesMax(packetBytesMax: number): void {
    this.#packetBytesMax = packetBytesMax;
  }

  /** Bytes are used or copied before it returns. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length || this.#heldCount > 0) {
      if (this.#heldCount > 0) {
        at = this.#fill(chunk, at);
        if (this.#heldCount > 0) return;
        continue;
      }
      const size = this.#sizeOf(chunk, at, chunk.length);
      if (size === null || at + size > chunk.length) {
        this.#hold(chunk.subarray(at), size);
        return;
      }
      this.#emit(chunk, at, at + size);
      at += size;
    }
  }

  /** Completes the held packet from the chunk; answers how far the chunk is used up. */
  #fill(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const held = this.#held as Buffer;
      const size = this.#sizeOf(held, 0, this.#heldCount);
      if (size === null) {
        // One byte at a time: the length has at most four.
        held[this.#heldCount++] = chunk[at++] as number;
        continue;
      }
      this.#grow(size);
      const count = Math.min(size - this.#heldCount, chunk.length - at);
      (this.#held as Buffer).set(chunk.subarray(at, at + count), this.#heldCount);
      this.#heldCount += count;
      at += count;
      if (this.#heldCount === size) break;
    }
    this.#emitHeldIfWhole();
    return at;
  }

  #emitHeldIfWhole(): void {
    const held = this.#held as Buffer;
    const size = this.#sizeOf(held, 0, this.#heldCount);
    if (size !== this.#heldCount) return;
    this.#held = null;
    this.#heldCount = 0;
    this.#emit(held, 0, size);
  }

  #hold(bytes: Uint8Array, size: number | null): void {
    // Not out of the pool: whoever sends a byte and waits would keep 64 KiB.
    this.#held = Buffer.allocUnsafeSlow(Math.max(size ?? 0, 1 + LENGTH_BYTES_MAX));
    this.#held.set(bytes);
    this.#heldCount = bytes.length;
  }

  #grow(size: number): void {
    const held = this.#held as Buffer;
    if (held.length >= size) return;
    this.#held = Buffer.allocUnsafeSlow(size);
    this.#held.set(held.subarray(0, this.#heldCount));
  }

  #emit(bytes: Uint8Array, from: number, to: number): void {
    let at = from + 1;
    while ((bytes[at] as number) >= 0x80) at++;
    this.#onPacket(bytes, bytes[from] as number, at + 1, to);
  }

  /** Bytes of the packet that begins here, or null while its length has not come whole. */
  #sizeOf(bytes: Uint8Array, from: number, to: number): number | null {
    let length = 0;
    for (let width = 0; width < LENGTH_BYTES_MAX; width++) {
      const at = from + 1 + width;
      if (at >= to) return null;
      const byte = bytes[at] as number;
      length |= (byte & 0x7f) << (7 * width);
      if (byte < 0x80) {
        if (byte === 0 && width > 0) throw malformed('the remaining length has more bytes than it needs');
        const size = 2 + width + length;
        // [MQTT-3.2.2-15] Said in CONNACK; before it, what a stranger may send.
        if (size > this.#packetBytesMax) {
          throw new MqttViolation(REASON.packetTooLarge, `a packet of ${size} bytes`);
        }
        return size;
      }
    }
    throw malformed('the remaining length has more than four bytes');
  }
}
