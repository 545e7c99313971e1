/**
 * A client that comes back when the server closed, and stays away when it closed by itself: the one distinction that every
 * reconnecting client needs. Skein's own says the same in its close codes; see packages/protocol/SPEC.md.
 *
 * Run: node examples/counter/counter-client.ts [--url ws://127.0.0.1:6969]
 */
import { parseArgs } from 'node:util';

const AGAIN_MS = 500;

export class CounterClient {
  readonly #url: string;
  readonly #show: (line: string) => void;
  readonly #againMs: number;
  #webSocket: WebSocket;
  #isLeaving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, show: (line: string) => void, againMs = AGAIN_MS) {
    this.#url = url;
    this.#show = show;
    this.#againMs = againMs;
    this.#webSocket = this.#open();
  }

  say(text: string): void {
    this.#webSocket.send(text);
  }

  /** Closes on purpose: nobody comes back. */
  leave(): void {
    this.#isLeaving = true;
    clearTimeout(this.#timer);
    this.#webSocket.close(1000);
  }

  /** A closed WebSocket is never used again; every attempt is a new one. */
  #open(): WebSocket {
    const webSocket = new WebSocket(this.#url);
    webSocket.addEventListener('message', ({ data }) => this.#show(String(data)));
    webSocket.addEventListener('close', ({ code }) => {
      if (this.#isLeaving) {
        this.#show('left');
        return;
      }
      this.#show(`closed by the server (${code}), coming back`);
      this.#timer = setTimeout(() => {
        this.#webSocket = this.#open();
      }, this.#againMs);
    });
    return webSocket;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { url: { type: 'string', default: 'ws://127.0.0.1:6969' } } });
  const client = new CounterClient(values.url, console.log);
  process.on('SIGINT', () => client.leave());
}
