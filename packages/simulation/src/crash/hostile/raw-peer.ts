import { connect, type Socket } from 'node:net';

const HEARD_BYTES_MAX = 8_192;

/** A TCP connection that says whatever it likes, and notes when it was ended. */
export class RawPeer implements Disposable {
  readonly openedAtMs = performance.now();
  readonly ended: Promise<void>;
  endedAtMs: number | null = null;
  bytesRead = 0;
  /** The first that it was told. */
  heard = Buffer.alloc(0);
  readonly #socket: Socket;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (bytes) => {
      this.bytesRead += bytes.length;
      if (this.heard.length < HEARD_BYTES_MAX) this.heard = Buffer.concat([this.heard, bytes]);
    });
    this.#socket.on('error', () => {}); // 'close' follows
    this.ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.endedAtMs = performance.now();
        resolve();
      });
      // The server's half ends first; ours follows by itself.
    });
  }

  get isOpen(): boolean {
    return this.endedAtMs === null;
  }

  get opened(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#socket.connecting) resolve();
      else this.#socket.once('connect', resolve).once('close', () => resolve());
    });
  }

  write(bytes: Uint8Array | string): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Takes nothing more of what it is told. */
  stall(): void {
    this.#socket.pause();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
