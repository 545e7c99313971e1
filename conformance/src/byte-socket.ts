import { connect, type Socket } from 'node:net';
import { Deviation } from './scenario.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const WAIT_MS = 3_000;

/**
 * A TCP connection that is read from as one likes: what has come waits until it is asked for.
 *
 * Errors: every method throws {@link Deviation} when the bytes do not come in time, or the connection ends before them.
 */
export class ByteSocket implements Disposable {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    socket.on('end', over).on('close', over).on('error', over);
  }

  static open({ host, port }: Address): Promise<ByteSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
      socket.once('error', (cause) => reject(new Deviation(`no connection: ${String(cause)}`)));
      socket.once('connect', () => resolve(new ByteSocket(socket)));
    });
  }

  write(bytes: Uint8Array | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** One byte in a segment of its own, and so on. */
  async writeSlowly(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      this.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends this side only. */
  finish(): void {
    this.#socket.end();
  }

  async read(byteCount: number): Promise<Buffer> {
    await this.#until(() => this.#bytes.length >= byteCount, `${byteCount} bytes`);
    const read = this.#bytes.subarray(0, byteCount);
    this.#bytes = this.#bytes.subarray(byteCount);
    return read;
  }

  /** Whatever has come; at least one byte. */
  async readSome(what: string, waitMs = WAIT_MS): Promise<Buffer> {
    await this.#until(() => this.#bytes.length > 0, what, waitMs);
    return this.read(this.#bytes.length);
  }

  /** Everything up to and including `end`. */
  async readThrough(end: string): Promise<string> {
    await this.#until(() => this.#bytes.includes(end), JSON.stringify(end));
    return (await this.read(this.#bytes.indexOf(end) + Buffer.byteLength(end))).toString('latin1');
  }

  /** Waits for the other side to end the connection; what it said before is dropped. */
  async over(waitMs = WAIT_MS): Promise<void> {
    await this.#until(() => this.#isOver, 'the end of the connection', waitMs);
  }

  /** True when nothing came and nothing ended for this long. */
  async isQuiet(forMs = 250): Promise<boolean> {
    await new Promise((resolve) => {
      setTimeout(resolve, forMs);
    });
    return this.#bytes.length === 0 && !this.#isOver;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #until(isSo: () => boolean, what: string, waitMs = WAIT_MS): Promise<void> {
    const deadline = performance.now() + waitMs;
    while (!isSo()) {
      if (this.#isOver) throw new Deviation(`the connection ended before ${what} came`);
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new Deviation(`${what} did not come within ${waitMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
