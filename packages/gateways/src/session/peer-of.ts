import type { Socket } from 'node:net';
import type { Peer } from '@skein/core';

const LOOPBACK = /^127\.|^::1$/;
const IS_UNIX = Symbol('unix');
const ACCEPTED_AT_MS = Symbol('accepted at');
const OUTSIDE = Symbol('outside');
const PROXIED = Symbol('proxied');

interface MarkedSocket extends Socket {
  [IS_UNIX]?: true;
  [ACCEPTED_AT_MS]?: number | undefined;
  [OUTSIDE]?: Socket;
  [PROXIED]?: ProxiedPeer;
}

/** What a trusted proxy says about the connection that it passes on. */
export interface ProxiedPeer {
  /** Null: the proxy speaks for itself, as in a health check, or does not know; the socket's own address counts. */
  readonly address: string | null;
  /** The proxy has taken TLS off this connection. */
  readonly isSecure: boolean;
}

/** Remembers that a socket was accepted on a path of this machine: it has no address to tell that by. */
export function markUnix(socket: Socket): void {
  (socket as MarkedSocket)[IS_UNIX] = true;
}

/** Remembers when a socket was accepted; `undefined` when that no longer matters. */
export function markAccepted(socket: Socket, atMs: number | undefined): void {
  (socket as MarkedSocket)[ACCEPTED_AT_MS] = atMs;
}

/** Remembers who is behind a proxy. */
export function markProxied(socket: Socket, peer: ProxiedPeer): void {
  (socket as MarkedSocket)[PROXIED] = peer;
}

/** Gives the socket inside TLS what is known of the one outside. */
export function markInside(inside: Socket, outside: Socket): void {
  const { [IS_UNIX]: isUnix, [ACCEPTED_AT_MS]: atMs, [PROXIED]: proxied } = outside as MarkedSocket;
  if (isUnix === true) markUnix(inside);
  if (proxied !== undefined) markProxied(inside, proxied);
  markAccepted(inside, atMs);
  (inside as MarkedSocket)[OUTSIDE] = outside;
}

/** The socket that was accepted: this one, or the one around it. */
export function outermost(socket: Socket): Socket {
  return (socket as MarkedSocket)[OUTSIDE] ?? socket;
}

/** The address that limits and logs speak of: of whoever is behind a proxy, `unix` for a path of this machine. */
export function addressOf(socket: Socket): string {
  const { [PROXIED]: proxied, [IS_UNIX]: isUnix } = socket as MarkedSocket;
  // A connection that was reset before it was looked at has no address any more, and is then nobody's neighbour.
  const own = isUnix === true ? 'unix' : (socket.remoteAddress ?? 'unknown');
  return (proxied?.address ?? own).replace(/^::ffff:/, '');
}

/** Where a socket comes from. Whoever can open a Unix socket is on this machine; whoever came through a proxy is not. */
export function peerOf(gateway: string, socket: Socket): Peer {
  const { [PROXIED]: proxied, [IS_UNIX]: isUnix, [ACCEPTED_AT_MS]: acceptedAtMs } = socket as MarkedSocket;
  const address = addressOf(socket);
  return {
    gateway,
    address,
    isLoopback: proxied === undefined && (isUnix === true || LOOPBACK.test(address)),
    isSecure: 'encrypted' in socket || proxied?.isSecure === true,
    ...(acceptedAtMs === undefined ? {} : { acceptedAtMs }),
  };
}
