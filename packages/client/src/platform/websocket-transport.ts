import { HEARTBEAT, SUBPROTOCOL } from '@skein/protocol';
import type { Link, LinkEvents, Transport } from '../engine/ports/transport.ts';

/** Where the server takes WebSockets. */
const PATH = '/ws';
const NORMAL_CLOSURE = 1000;

/** The native wire over the platform's WebSocket: browsers, Node, Deno, Bun, React Native. */
export class WebSocketTransport implements Transport {
  readonly name = 'websocket';
  readonly #url: string;

  constructor(url: string) {
    this.#url = toWebSocketUrl(url);
  }

  open(events: LinkEvents): Link {
    try {
      return new WebSocketLink(this.#url, events);
    } catch {
      // An address the platform refuses to open: told like any other that cannot be reached, and not during the call.
      queueMicrotask(() => events.closed(0, 'bad address'));
      return { send: () => {}, close: () => {} };
    }
  }
}

class WebSocketLink implements Link {
  readonly #socket: WebSocket;
  #isClosed = false;

  constructor(url: string, events: LinkEvents) {
    this.#socket = new WebSocket(url, [SUBPROTOCOL.protobuf]);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('open', () => {
      if (!this.#isClosed) events.opened();
    });
    this.#socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (this.#isClosed || !(data instanceof ArrayBuffer)) return;
      // An empty message is a heartbeat too.
      events.received(data.byteLength === 0 ? HEARTBEAT : new Uint8Array(data));
    });
    this.#socket.addEventListener('close', ({ code, reason }) => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      events.closed(code, reason);
    });
    // Always followed by `close`, which says more.
    this.#socket.addEventListener('error', () => {});
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close(NORMAL_CLOSURE);
  }
}

/** `http://host:6969` → `ws://host:6969/ws`; a path of its own is kept. */
export function toWebSocketUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return url;
  parsed.protocol = parsed.protocol === 'https:' || parsed.protocol === 'wss:' ? 'wss:' : 'ws:';
  if (parsed.pathname === '/') parsed.pathname = PATH;
  parsed.hash = '';
  return parsed.href;
}
