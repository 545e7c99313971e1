import type { Outbound, Peer, Proof, Proofs, Topics, UserRow } from '@skein/core';
import type { Limits, UserNumber } from '@skein/model';
import type { CloseReason, Hello, UpFrame } from '@skein/protocol';

/** What gateways need of the core: a way in, and the limits. The core's `Core` is one. */
export interface CoreDoor {
  readonly limits: Limits;
  /** Proves people for protocols with a dialogue of their own for it. */
  readonly proofs: Pick<Proofs, 'hasScram' | 'password' | 'scram'>;
  /** Who there is: protocols that address people by name need to say it in every stanza. */
  readonly users: PeopleDoor;
  readonly topics: Topics;
  connect(peer: Peer, outbound: Outbound): CoreConnection;
}

export interface PeopleDoor {
  byNumber(number: UserNumber): UserRow | undefined;
  byId(id: string): UserRow | undefined;
}

/** One connection as the core knows it; the core's `Connection` is one. */
export interface CoreConnection {
  readonly isSignedIn: boolean;
  readonly user: UserNumber | null;
  handle(frame: UpFrame): void;
  /** Hello of somebody whom the gateway has proven. */
  handleProven(hello: Hello, proof: Proof): void;
  /** A sign of life that is no frame. */
  heartbeat(): void;
  /** What was queued has left. */
  drained(): void;
  /** The peer broke the protocol: the core counts it and closes. */
  violated(reason: CloseReason, detail: string): void;
  /** The socket is gone. */
  closed(): void;
}
