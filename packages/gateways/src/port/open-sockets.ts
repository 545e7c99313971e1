import type { Socket } from 'node:net';

const OPEN_SOCKETS = Symbol('open sockets');

interface CountedSocket extends Socket {
  [OPEN_SOCKETS]?: Set<Socket>;
}

/** Every accepted connection until it is gone: to know how many there are, and to end what remains at the end. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();

  get count(): number {
    return this.#sockets.size;
  }

  add(socket: CountedSocket): void {
    this.#sockets.add(socket);
    socket[OPEN_SOCKETS] = this.#sockets;
    socket.on('close', forget);
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function forget(this: CountedSocket): void {
  this[OPEN_SOCKETS]?.delete(this);
}
