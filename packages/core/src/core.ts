import type { Clock, Limits, Random, Refusal } from '@skein/model';
import { Counters } from './counters.ts';
import type { Broker } from './ports/broker.ts';
import type { Digests } from './ports/digests.ts';
import type { Directory } from './ports/directory.ts';
import type { Outbound, Peer } from './ports/outbound.ts';
import type { PasswordHasher } from './ports/password-hasher.ts';
import type { Durability, Store, UserRow } from './ports/store.ts';
import { Connection } from './session/connection.ts';

/** What the core reaches the world through. */
export interface CorePorts {
  readonly store: Store;
  readonly directory: Directory;
  readonly hasher: PasswordHasher;
  readonly digests: Digests;
  readonly clock: Clock;
  readonly random: Random;
  /** Left out on a single node. */
  readonly broker?: Broker;
}

/** Who may make an account: anyone, whoever has an invitation, or only the operator. */
export type RegistrationPolicy = 'open' | 'invitation' | 'closed';

export interface CoreOptions {
  readonly limits: Limits;
  /** Told in Welcome. */
  readonly serverName: string;
  readonly registration: RegistrationPolicy;
  /** Allows the sign-in by name alone; never set on a server that others can reach. */
  readonly isDevelopment: boolean;
  /** Told of every bug that ended a connection; the process goes on. */
  readonly onBug?: (error: unknown) => void;
}

/** The server without I/O. A gateway hands it connections, an operator's command its few calls. */
export class Core {
  readonly limits: Limits;
  readonly counters: Counters = new Counters();

  private constructor(_ports: CorePorts, options: CoreOptions) {
    this.limits = options.limits;
  }

  /**
   * Loads what the store holds and starts to serve.
   *
   * Errors: throws StoreUnavailableError or StoreCorruptError.
   */
  static open(ports: CorePorts, options: CoreOptions): Promise<Core> {
    return Promise.resolve(new Core(ports, options));
  }

  /** What an acknowledgement means here. */
  get durability(): Durability {
    return 'memory';
  }

  /** Takes over a peer. While draining the connection is closed at once. */
  connect(peer: Peer, outbound: Outbound): Connection {
    return new Connection(peer, outbound);
  }

  /** Open connections by the gateway they came through. */
  connectionsByGateway(): Record<string, number> {
    return {};
  }

  /** Bytes waiting for peers, over all connections. */
  queuedBytes(): number {
    return 0;
  }

  /**
   * Adds an account, whatever the registration policy: the operator asks.
   *
   * Errors: refuses auth.name_invalid, auth.name_taken, auth.password_weak, server.*; throws nothing.
   */
  createUser(_id: string, _password: string, _name: string = _id): Promise<UserRow | Refusal> {
    return Promise.reject(new Error('not wired yet'));
  }

  /** Sets a password and ends every session of the user. Errors: refuses user.not_found, auth.password_weak, server.*. */
  resetPassword(_id: string, _password: string): Promise<UserRow | Refusal> {
    return Promise.reject(new Error('not wired yet'));
  }

  /** Ends every session of the user, live connections included. Errors: refuses user.not_found, server.*. */
  revokeUser(_id: string): Promise<UserRow | Refusal> {
    return Promise.reject(new Error('not wired yet'));
  }

  /** A code that makes one account. Errors: refuses server.*. */
  createInvitation(): Promise<{ code: string; expiresAtMs: number } | Refusal> {
    return Promise.reject(new Error('not wired yet'));
  }

  /**
   * Stops within `limits.drainMs`: nothing new is taken, what was accepted is committed and answered, every connection
   * is told to come back, the state is checkpointed and the store closed.
   */
  drain(): Promise<void> {
    return Promise.resolve();
  }
}
