import { SUBPROTOCOL } from '@skein/protocol';
import type { Link, LinkEvents, Transport } from '../engine/ports/transport.ts';

/** Where the server takes WebSockets. */
const PATH = '/ws';
const NORMAL_CLOSURE = 1000;

/**
 * The native wire over the platform's WebSocket: browsers, Node, Deno, Bun, React Native. Where no WebSocket gets through, the
 * next attempt goes around, by code that is loaded then (rules LD1–LD4).
 */
export class WebSocketTransport implements Transport {
  readonly #url: string;
  #detour: Transport | null = null;

  constructor(url: string) {
    this.#url = toWebSocketUrl(url);
  }

  get name(): string {
    return this.#detour?.name ?? 'websocket';
  }

  open(events: LinkEvents): Link {
    try {
      return this.#detour?.open(events) ?? openWebSocket(this.#url, events, () => this.#goAround());
    } catch {
      // An address the platform refuses to open: told like any other that cannot be reached, and not during the call.
      setTimeout(() => events.closed(0, 'bad address'));
      return { send: () => {}, close: () => {} };
    }
  }

  /** Never rejects: what cannot be loaded, or leads nowhere, for want of a network, is asked for again. */
  #goAround(): Promise<void> {
    const done = (): void => {
      this.#detour = null;
    };
    return import('./detour.ts')
      .then(({ findDetour }) => findDetour(this.#url, SUBPROTOCOL.protobuf, done))
      .then((detour) => {
        this.#detour = detour;
      }, done);
  }
}

/** `blocked` is told when no WebSocket came of it. */
function openWebSocket(url: string, events: LinkEvents, blocked: () => Promise<void>): Link {
  const socket = new WebSocket(url, [SUBPROTOCOL.protobuf]);
  let isOpen = false;
  let isClosed = false;
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    isOpen = true;
    events.opened();
  };
  // An empty message is a heartbeat: no bytes, and a sign of life.
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => events.received(new Uint8Array(data));
  socket.onclose = ({ code, reason }) => {
    const tell = (): void => {
      if (!isClosed) events.closed(code, reason);
    };
    if (isOpen) tell();
    else void blocked().then(tell);
  };
  return {
    send: (bytes) => {
      // Once it is closing, the platform drops them.
      if (isOpen) socket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    close: () => {
      isClosed = true;
      socket.onopen = socket.onmessage = null;
      socket.close(NORMAL_CLOSURE);
    },
  };
}

/** `http://host:6969` → `ws://host:6969/ws`; a path of its own is kept. */
export function toWebSocketUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.protocol = parsed.protocol.replace('http', 'ws');
  if (parsed.pathname === '/') parsed.pathname = PATH;
  parsed.hash = '';
  return parsed.href;
}
