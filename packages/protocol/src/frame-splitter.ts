import { ProtocolError } from './protocol-error.ts';

/** Called for each frame, in order; the view is valid only during the call. */
export type OnFrame = (bytes: Uint8Array, from: number, to: number) => void;
/** Called for each empty frame: the one-byte heartbeat. */
export type OnHeartbeat = () => void;

// A length takes at most 4 bytes: 2^28 − 1 is far above any limit.
const LENGTH_WIDTH_MAX = 4;

/**
 * Cuts a byte stream into frames: a varint length, then that many bytes. Length 0 is the heartbeat (rules FR1, FR2).
 * However the stream is split, the frames are the same. A frame that lies whole in one chunk is handed out as a view of
 * it; only one that is split is gathered, and never more bytes of it than have arrived.
 */
export class FrameSplitter {
  readonly #onFrame: OnFrame;
  readonly #onHeartbeat: OnHeartbeat;
  #frameBytesMax: number;
  // A started frame: its length bytes while they are incomplete, else its body.
  #lengthBytes = 0;
  #length = 0;
  #isBody = false;
  #held: Uint8Array | null = null;
  #heldBytes = 0;

  constructor(frameBytesMax: number, onFrame: OnFrame, onHeartbeat: OnHeartbeat) {
    this.#frameBytesMax = frameBytesMax;
    this.#onFrame = onFrame;
    this.#onHeartbeat = onHeartbeat;
  }

  /** Bytes kept for a frame that has not arrived whole. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether the bytes so far end where a frame ends. */
  get isBetweenFrames(): boolean {
    return this.#lengthBytes === 0;
  }

  /** Changes the limit for frames that start from now on: signing in raises it. */
  setFrameBytesMax(frameBytesMax: number): void {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Takes the next bytes. Throws ProtocolError and must not be used again after that. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) at = this.#isBody ? this.#body(chunk, at) : this.#header(chunk, at);
  }

  #header(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const byte = chunk[at++] as number;
      this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
      this.#lengthBytes++;
      if (byte < 0x80) {
        this.#startBody();
        return at;
      }
      if (this.#lengthBytes === LENGTH_WIDTH_MAX) throw new ProtocolError('varint-overflow', 'frame length');
    }
    return at;
  }

  #startBody(): void {
    if (this.#length > this.#frameBytesMax) {
      throw new ProtocolError('frame-too-large', `${this.#length} bytes, at most ${this.#frameBytesMax}`);
    }
    if (this.#length === 0) {
      this.#lengthBytes = 0;
      this.#onHeartbeat();
      return;
    }
    this.#isBody = true;
  }

  #body(chunk: Uint8Array, from: number): number {
    const wanted = this.#length - this.#heldBytes;
    const available = chunk.length - from;
    if (available < wanted) {
      this.#hold(chunk.subarray(from));
      return chunk.length;
    }
    const to = from + wanted;
    if (this.#held === null) {
      this.#endFrame();
      this.#onFrame(chunk, from, to);
      return to;
    }
    this.#hold(chunk.subarray(from, to));
    const held = this.#held;
    const length = this.#length;
    this.#endFrame();
    this.#onFrame(held, 0, length);
    return to;
  }

  /** Grows with what arrives, not with what the length promises: a lie about the length costs the liar, not us. */
  #hold(part: Uint8Array): void {
    const needed = this.#heldBytes + part.length;
    if (this.#held === null || this.#held.length < needed) {
      const grown = new Uint8Array(Math.min(this.#length, Math.max(needed, this.#heldBytes * 2)));
      if (this.#held !== null) grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #endFrame(): void {
    this.#lengthBytes = 0;
    this.#length = 0;
    this.#isBody = false;
    this.#held = null;
    this.#heldBytes = 0;
  }
}
