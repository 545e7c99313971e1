import type { Socket } from 'node:net';
import type { ByteLink } from './byte-link.ts';
import type { Deadlines } from './deadlines.ts';
import { sharedBufferReader } from './shared-read-buffer.ts';

const SESSION = Symbol('session');
const LINGERING = Symbol('lingering');

/** What a socket tells; a native session is one. */
export interface LinkListener {
  receive(bytes: Uint8Array): void;
  drained(): void;
  inputEnded(): void;
  ended(): void;
}

/** A socket with what its listeners need; they are shared by all sockets and find it here. */
interface LinkedSocket extends Socket {
  [SESSION]?: LinkListener | undefined;
  [LINGERING]?: Deadlines<Socket>;
}

const readShared = sharedBufferReader(onData);

/** A byte-stream socket as a link. */
export class SocketLink implements ByteLink {
  readonly #socket: LinkedSocket;

  /** `lingering` holds sockets that were ended, until the peer has ended too or its patience is over. */
  constructor(socket: Socket, lingering: Deadlines<Socket>) {
    this.#socket = socket;
    this.#socket[LINGERING] = lingering;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.end();
    // What the peer still sends is read and dropped: a reset for unread bytes could overtake our last frame.
    socket.resume();
    socket[LINGERING]?.add(socket);
  }

  /**
   * Gives the socket's bytes to a session; `firstBytes` were read before. A session that `keepsNoBytes` after its
   * `receive` has returned gets them without a copy of their own.
   */
  attach(session: LinkListener, firstBytes: Uint8Array, { keepsNoBytes = false } = {}): void {
    const socket = this.#socket;
    socket[SESSION] = session;
    if (!keepsNoBytes || !readShared(socket)) socket.on('data', onData);
    socket.on('drain', onDrain);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    if (firstBytes.length > 0) session.receive(firstBytes);
  }

  /** Lets go of the socket: nobody listens to it any more. Not for a session that keeps no bytes. */
  release(): Socket {
    const socket = this.#socket;
    socket.off('data', onData);
    socket.off('drain', onDrain);
    socket.off('end', onEnd);
    socket.off('close', onClose);
    socket[SESSION] = undefined;
    return socket;
  }
}

function onData(this: LinkedSocket, bytes: Uint8Array): void {
  this[SESSION]?.receive(bytes);
}

function onDrain(this: LinkedSocket): void {
  this[SESSION]?.drained();
}

function onEnd(this: LinkedSocket): void {
  this[SESSION]?.inputEnded();
}

function onClose(this: LinkedSocket): void {
  this[LINGERING]?.remove(this);
  this[SESSION]?.ended();
}
