import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '@skein/model';
import type { Deadlines } from '../session/deadlines.ts';
import type { SessionDeps } from '../session/session.ts';
import type { DetectedProtocol } from './detect-protocol.ts';

/** Takes over a socket, with the bytes that were read to recognise it. No listener of the detector is left on it. */
export type TakeSocket = (socket: Socket, firstBytes: Buffer) => void;

/** Who serves which protocol; what is missing is closed. */
export type ProtocolTable = Partial<Record<Exclude<DetectedProtocol, 'undecided'>, TakeSocket>>;

/** Takes over the socket of a request that asks for an upgrade. */
export type TakeUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** Answers an HTTP request of any method. What it throws is reported as a bug and ends the connection. */
export type TakeRequest = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** WebSockets of one path. */
export interface UpgradeRoute {
  readonly path: string;
  /** Who offers none of these is refused before the upgrade; null: whoever takes it looks at the offer itself. */
  readonly subprotocols: readonly string[] | null;
  readonly take: TakeUpgrade;
}

/** Requests below one prefix. */
export interface RequestRoute {
  /** The first segment of the path: `/v1` is asked for `/v1` and for everything below `/v1/`. */
  readonly prefix: string;
  readonly take: TakeRequest;
}

/** The ways into one gateway, as the port puts them into its tables. */
export interface Doors {
  readonly sockets?: ProtocolTable;
  readonly upgrades?: readonly UpgradeRoute[];
  readonly requests?: readonly RequestRoute[];
  /** The port is closed: sockets are destroyed after this. */
  readonly close?: () => void;
}

/** What the port gives every gateway. */
export interface GatewayParts {
  readonly deps: SessionDeps;
  /** Sockets that were ended and still have bytes to give away; see `SocketLink`. */
  readonly lingering: Deadlines<Socket>;
  readonly clock: Clock;
  /** Pages that may connect although they came from elsewhere; see `isOriginAllowed`. */
  readonly allowedOrigins: ReadonlySet<string>;
  /**
   * Begins TLS on a socket that spoke plainly until now (STARTTLS) and that nobody listens to any more; the socket inside is
   * given back once the handshake is done. Null: there is no certificate.
   */
  readonly startTls: ((socket: Socket, take: (inside: TLSSocket) => void) => void) | null;
  /** RFC 6120 §1.4: what this server is called in XMPP addresses. */
  readonly xmppDomain: string;
  /** The test flag: things that outside test suites need and people must not have. */
  readonly isEchoServed: boolean;
}

/** One protocol's translator; a line in the list of `open-gateways.ts` is all it takes to be served. */
export type Gateway = (parts: GatewayParts) => Doors;
