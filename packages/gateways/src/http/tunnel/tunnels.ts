import { randomBytes } from 'node:crypto';
import type { Peer } from '@skein/core';
import type { Clock, Limits } from '@skein/model';
import { Deadlines } from '../../session/deadlines.ts';
import type { Session } from '../../session/session.ts';
import { TunnelLink } from './tunnel-link.ts';

/** 256 bits: whoever has it is the client. */
const SECRET_BYTES = 32;

/** A native session that is reached by requests. */
export interface Tunnel {
  readonly secret: string;
  readonly link: TunnelLink;
  readonly session: Session;
  /** Requests that read from it. */
  readerCount: number;
}

/** Makes the session that speaks on a link; the native protocol's, without this folder knowing it. */
export type OpenSession = (peer: Peer, link: TunnelLink) => Session;

/** The tunnels that are open. One that nobody reads from for a while is gone, like a socket that was cut. */
export class Tunnels {
  readonly #openSession: OpenSession;
  readonly #bySecret = new Map<string, Tunnel>();
  readonly #unread: Deadlines<Tunnel>;
  readonly #countMax: number;

  constructor(openSession: OpenSession, clock: Clock, limits: Limits) {
    this.#openSession = openSession;
    this.#countMax = limits.connectionsMax;
    this.#unread = new Deadlines(clock, limits.httpTunnelIdleMs, limits.sweepIntervalMs, (tunnel) =>
      this.forget(tunnel),
    );
  }

  get count(): number {
    return this.#bySecret.size;
  }

  /**
   * Who may open how many the core decides, as for sockets: null where it ended the session at once. Those that are over and
   * were not read to their end count too, so that opening many costs no memory.
   */
  open(peer: Peer): Tunnel | null {
    if (this.count >= this.#countMax) return null;
    const link = new TunnelLink();
    const session = this.#openSession(peer, link);
    if (link.isEnded) {
      session.ended();
      return null;
    }
    const tunnel = { secret: randomBytes(SECRET_BYTES).toString('base64url'), link, session, readerCount: 0 };
    this.#bySecret.set(tunnel.secret, tunnel);
    this.#unread.add(tunnel);
    return tunnel;
  }

  find(secret: string): Tunnel | undefined {
    return this.#bySecret.get(secret);
  }

  /** A request begins to read. */
  attach(tunnel: Tunnel): void {
    tunnel.readerCount++;
    this.#unread.remove(tunnel);
  }

  detach(tunnel: Tunnel): void {
    tunnel.readerCount--;
    if (tunnel.readerCount === 0 && this.#bySecret.has(tunnel.secret)) this.#unread.add(tunnel);
  }

  /** The client is gone, or has read the end. */
  forget(tunnel: Tunnel): void {
    this.#bySecret.delete(tunnel.secret);
    this.#unread.remove(tunnel);
    tunnel.link.end();
    tunnel.session.ended();
  }

  close(): void {
    for (const tunnel of this.#bySecret.values()) this.forget(tunnel);
  }
}
