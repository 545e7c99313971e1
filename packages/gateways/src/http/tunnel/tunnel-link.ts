import type { ByteLink } from '../../session/byte-link.ts';

/** Takes bytes that go down, as they are written. */
export interface DownStream {
  readonly queuedBytes: number;
  write(bytes: Uint8Array): void;
  end(): void;
}

/**
 * Two streams of bytes over requests, each with offsets, so that a request whose answer was lost can be repeated: nothing is
 * taken twice and nothing is skipped (rule HT18). Bytes that go down are kept until they are asked for from behind them,
 * or given to a stream.
 */
export class TunnelLink implements ByteLink {
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** Offset of the first byte that is kept. */
  #downAt = 0;
  /** Offset behind the last byte that came up. */
  #upAt = 0;
  #stream: DownStream | null = null;
  #wake: (() => void) | null = null;
  #resumed: (() => void) | null = null;
  #pausing: Promise<void> | null = null;
  #isEnded = false;

  get queuedBytes(): number {
    return this.#keptBytes + (this.#stream?.queuedBytes ?? 0);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  write(bytes: Uint8Array): void {
    if (this.#isEnded) return;
    if (this.#stream !== null) {
      this.#stream.write(bytes);
      this.#downAt += bytes.length;
      return;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    this.#wake?.();
  }

  pause(): void {
    this.#pausing ??= new Promise((resolve) => {
      this.#resumed = resolve;
    });
  }

  resume(): void {
    this.#pausing = null;
    this.#resumed?.();
    this.#resumed = null;
  }

  /** What was written can still be asked for; then there is nothing more. */
  end(): void {
    this.#isEnded = true;
    this.resume();
    this.#stream?.end();
    this.#wake?.();
  }

  /** Resolves when bytes may come up. */
  async ready(): Promise<void> {
    while (this.#pausing !== null) await this.#pausing;
  }

  /** The part of what came up at an offset that has not come before; null where something before it is missing. */
  take(at: number, bytes: Uint8Array): Uint8Array | null {
    if (at > this.#upAt) return null;
    const fresh = bytes.subarray(this.#upAt - at);
    this.#upAt += fresh.length;
    return fresh;
  }

  /** Forgets what came before an offset, which the client has; false where that is not kept any more, or never was. */
  seen(from: number): boolean {
    if (from < this.#downAt || from > this.#downAt + this.#keptBytes) return false;
    let left = from - this.#downAt;
    while (left > 0) {
      const [first] = this.#kept;
      if (first === undefined) break;
      if (first.length > left) this.#kept[0] = first.subarray(left);
      else this.#kept.shift();
      left -= Math.min(left, first.length);
    }
    this.#keptBytes -= from - this.#downAt;
    this.#downAt = from;
    return true;
  }

  /** Everything that is kept, in one piece. */
  get kept(): Uint8Array {
    return Buffer.concat(this.#kept);
  }

  /** Calls once when there is something to give, or an end; the newest caller alone. */
  whenKept(wake: () => void): void {
    this.#wake?.();
    this.#wake = () => {
      this.#wake = null;
      wake();
    };
    if (this.#keptBytes > 0 || this.#isEnded) this.#wake();
  }

  /** Gives everything to a stream from now on. */
  streamTo(stream: DownStream): void {
    if (this.#keptBytes > 0) stream.write(this.kept);
    this.#downAt += this.#keptBytes;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#stream = stream;
    if (this.#isEnded) stream.end();
  }
}
