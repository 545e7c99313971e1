import type { Link, LinkEvents, Transport } from '../engine/ports/transport.ts';
import { TunnelLink, type TunnelMode } from './tunnel-link.ts';

export interface DetourTiming {
  /** The first look whether a WebSocket gets through by now; each later one waits twice as long, up to the longest. */
  readonly lookMs: number;
  readonly lookMsMax: number;
  /** An event stream that shows nothing by then is being held back. */
  readonly eventsMs: number;
  /** How long a long poll may wait. */
  readonly waitS: number;
  /** Between two short polls. */
  readonly pollMs: number;
  readonly retryMs: number;
}

/** A request that takes longer does not get through. */
const REACH_MS = 8_000;

const TIMING: DetourTiming = {
  lookMs: 30_000,
  lookMsMax: 600_000,
  eventsMs: 3_000,
  waitS: 25,
  pollMs: 1_000,
  retryMs: 500,
};

/** [LD1] A way around, when requests get through; null where it is the network that is missing, or the server. */
export async function findDetour(
  webSocketUrl: string,
  subprotocol: string,
  done: () => void,
): Promise<Detour | null> {
  const signal = AbortSignal.timeout(REACH_MS);
  const { ok } = await fetch(toTunnelUrl(webSocketUrl), { method: 'OPTIONS', signal });
  return ok ? new Detour(webSocketUrl, subprotocol, done) : null;
}

/**
 * The ladder below WebSocket: an event stream, long polls, short polls, whatever gets through first, and back up when
 * WebSockets do (rules LD1–LD4). An own chunk: only who needs it loads it.
 */
export class Detour implements Transport {
  readonly #webSocketUrl: string;
  readonly #subprotocol: string;
  readonly #done: () => void;
  readonly #timing: DetourTiming;
  #mode: TunnelMode = 'events';

  /**
   * `done` is told when the next attempt is to be a WebSocket. What this file needs is given to it: whatever it imported
   * from what a page loads first would have to be a chunk of its own.
   */
  constructor(webSocketUrl: string, subprotocol: string, done: () => void, timing: DetourTiming = TIMING) {
    this.#webSocketUrl = webSocketUrl;
    this.#subprotocol = subprotocol;
    this.#done = done;
    this.#timing = timing;
  }

  get name(): string {
    return this.#mode;
  }

  open(events: LinkEvents): Link {
    const connect = (): WebSocket => new WebSocket(this.#webSocketUrl, [this.#subprotocol]);
    const looking = new Looking(connect, this.#timing, () => {
      this.#done();
      link.close();
      events.closed(0, 'WebSockets get through');
    });
    const link = new TunnelLink(toTunnelUrl(this.#webSocketUrl), this.#mode, {
      timing: this.#timing,
      events: {
        opened: (mode) => {
          this.#mode = mode;
          events.opened();
          looking.look();
        },
        received: (bytes) => events.received(bytes),
        closed: (reason, next) => {
          looking.stop();
          this.#mode = next ?? 'events';
          // Nothing gets through at all: the next attempt begins at the top of the ladder.
          if (next === null) this.#done();
          events.closed(0, reason);
        },
      },
    });
    return {
      send: (bytes) => link.send(bytes),
      close: () => {
        looking.stop();
        link.close();
      },
    };
  }
}

/** [LD3] Looks whether a WebSocket opens: at once, since it may have been the network that failed, then ever more rarely. */
class Looking {
  readonly #connect: () => WebSocket;
  readonly #maxMs: number;
  readonly #found: () => void;
  #waitMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #socket: WebSocket | null = null;

  constructor(connect: () => WebSocket, { lookMs, lookMsMax }: DetourTiming, found: () => void) {
    this.#connect = connect;
    this.#waitMs = lookMs;
    this.#maxMs = lookMsMax;
    this.#found = found;
  }

  look(): void {
    const socket = this.#connect();
    this.#socket = socket;
    socket.addEventListener('close', () => {
      if (this.#socket === socket) this.#lookLater();
    });
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      this.stop();
      this.#found();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => this.look(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, this.#maxMs);
  }
}

/** `ws://host:6969/ws` → `http://host:6969/v1/tunnel`. */
export function toTunnelUrl(webSocketUrl: string): string {
  if (!URL.canParse(webSocketUrl)) return webSocketUrl;
  const parsed = new URL('/v1/tunnel', webSocketUrl);
  parsed.protocol = parsed.protocol.replace('ws', 'http');
  return parsed.href;
}
