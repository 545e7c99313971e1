import type { Socket } from 'node:net';
import type { Peer } from '@skein/core';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const IS_UNIX = Symbol('unix');
const ACCEPTED_AT_MS = Symbol('accepted at');
const OUTSIDE = Symbol('outside');

interface MarkedSocket extends Socket {
  [IS_UNIX]?: true;
  [ACCEPTED_AT_MS]?: number | undefined;
  [OUTSIDE]?: Socket;
}

/** Remembers that a socket was accepted on a path of this machine: it has no address to tell that by. */
export function markUnix(socket: Socket): void {
  (socket as MarkedSocket)[IS_UNIX] = true;
}

/** Remembers when a socket was accepted; `undefined` when that no longer matters. */
export function markAccepted(socket: Socket, atMs: number | undefined): void {
  (socket as MarkedSocket)[ACCEPTED_AT_MS] = atMs;
}

/** Gives the socket inside TLS what is known of the one outside. */
export function markInside(inside: Socket, outside: Socket): void {
  const { [IS_UNIX]: isUnix, [ACCEPTED_AT_MS]: atMs } = outside as MarkedSocket;
  if (isUnix === true) markUnix(inside);
  markAccepted(inside, atMs);
  (inside as MarkedSocket)[OUTSIDE] = outside;
}

/** The socket that was accepted: this one, or the one around it. */
export function outermost(socket: Socket): Socket {
  return (socket as MarkedSocket)[OUTSIDE] ?? socket;
}

/** Where a socket comes from. Whoever can open a Unix socket is on this machine. */
export function peerOf(gateway: string, socket: Socket): Peer {
  const isUnix = (socket as MarkedSocket)[IS_UNIX] === true;
  const acceptedAtMs = (socket as MarkedSocket)[ACCEPTED_AT_MS];
  // A connection that was reset before it was looked at has no address any more, and is then nobody's neighbour.
  const address = isUnix ? 'unix' : (socket.remoteAddress ?? 'unknown');
  return {
    gateway,
    address: address.replace(/^::ffff:/, ''),
    isLoopback: isUnix || LOOPBACK.test(address),
    isSecure: 'encrypted' in socket,
    ...(acceptedAtMs === undefined ? {} : { acceptedAtMs }),
  };
}
