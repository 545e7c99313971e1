import type { Socket } from 'node:net';
import type { Clock, Limits } from '@skein/model';
import { Deadlines } from '../session/deadlines.ts';
import { markAccepted, outermost } from '../session/peer-of.ts';

const OPEN_SOCKETS = Symbol('open sockets');

interface CountedSocket extends Socket {
  [OPEN_SOCKETS]?: OpenSockets;
}

/**
 * Every accepted connection until it is gone: to know how many there are, to end what remains at the end, and to end
 * whoever takes too long to become known (rule GW40), however many stages there are on the way.
 */
export class OpenSockets {
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  readonly #strangers: Deadlines<Socket>;

  constructor(clock: Clock, { signInTimeoutMs, sweepIntervalMs }: Limits) {
    this.#clock = clock;
    this.#strangers = new Deadlines(clock, signInTimeoutMs, sweepIntervalMs, (socket) => socket.destroy());
  }

  get count(): number {
    return this.#sockets.size;
  }

  /** Connections of which nobody knows yet what they want. */
  get strangerCount(): number {
    return this.#strangers.count;
  }

  add(socket: CountedSocket): void {
    this.#sockets.add(socket);
    this.#strangers.add(socket);
    socket[OPEN_SOCKETS] = this;
    markAccepted(socket, this.#clock.monotonicMs());
    socket.on('close', forget);
  }

  /** A session was opened on it: the core counts its time on, from when it was accepted. */
  taken(socket: Socket): void {
    this.#strangers.remove(outermost(socket));
  }

  /** It said a whole request and is answered: what it does next is timed anew. */
  answered(socket: Socket): void {
    this.taken(socket);
    markAccepted(socket, undefined);
  }

  /** No connection is left to wait for. */
  close(): void {
    this.#strangers.expireAll();
    for (const socket of this.#sockets) socket.destroy();
  }

  remove(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#strangers.remove(socket);
  }
}

function forget(this: CountedSocket): void {
  this[OPEN_SOCKETS]?.remove(this);
}
