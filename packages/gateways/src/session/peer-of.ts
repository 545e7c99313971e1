import type { Socket } from 'node:net';
import type { Peer } from '@skein/core';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const IS_UNIX = Symbol('unix');

interface MarkedSocket extends Socket {
  [IS_UNIX]?: true;
}

/** Remembers that a socket was accepted on a path of this machine: it has no address to tell that by. */
export function markUnix(socket: Socket): void {
  (socket as MarkedSocket)[IS_UNIX] = true;
}

/** Where a socket comes from. Whoever can open a Unix socket is on this machine. */
export function peerOf(gateway: string, socket: Socket): Peer {
  const isUnix = (socket as MarkedSocket)[IS_UNIX] === true;
  // A connection that was reset before it was looked at has no address any more, and is then nobody's neighbour.
  const address = isUnix ? 'unix' : (socket.remoteAddress ?? 'unknown');
  return {
    gateway,
    address: address.replace(/^::ffff:/, ''),
    isLoopback: isUnix || LOOPBACK.test(address),
    isSecure: 'encrypted' in socket,
  };
}
