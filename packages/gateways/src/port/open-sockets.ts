import type { Socket } from 'node:net';
import type { Clock, Limits } from '@skein/model';
import { Deadlines } from '../session/deadlines.ts';
import { addressOf, markAccepted, outermost } from '../session/peer-of.ts';
import { AddressCounts } from './address-counts.ts';

const OPEN_SOCKETS = Symbol('open sockets');
const COUNTED_ADDRESS = Symbol('counted address');
// Who is above the limit is told so, if it says soon what it speaks; above this much more it is not even heard.
const CROWDED_FACTOR = 1.1;

interface CountedSocket extends Socket {
  [OPEN_SOCKETS]?: OpenSockets;
  [COUNTED_ADDRESS]?: string;
}

/**
 * Every accepted connection until it is gone: to know how many there are, to end what remains at the end, and to end
 * whoever takes too long to become known (rule GW40), however many stages there are on the way.
 */
export class OpenSockets {
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  readonly #strangers: Deadlines<Socket>;
  readonly #addresses = new AddressCounts();
  readonly #perAddressMax: number;

  constructor(clock: Clock, { signInTimeoutMs, sweepIntervalMs, connectionsPerAddressMax }: Limits) {
    this.#clock = clock;
    this.#perAddressMax = connectionsPerAddressMax;
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

  /** [GW29] Counts a socket to where it comes from: whether that has room for it, too many, or far too many. */
  placeOf(socket: CountedSocket): 'free' | 'crowded' | 'full' {
    const address = addressOf(socket);
    socket[COUNTED_ADDRESS] = address;
    const count = this.#addresses.add(address);
    if (count <= this.#perAddressMax) return 'free';
    return count <= this.#perAddressMax * CROWDED_FACTOR + 1 ? 'crowded' : 'full';
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

  remove(socket: CountedSocket): void {
    if (socket[COUNTED_ADDRESS] !== undefined) this.#addresses.remove(socket[COUNTED_ADDRESS]);
    this.#sockets.delete(socket);
    this.#strangers.remove(socket);
  }
}

function forget(this: CountedSocket): void {
  this[OPEN_SOCKETS]?.remove(this);
}
