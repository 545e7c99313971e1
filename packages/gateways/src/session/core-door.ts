import type { Outbound, Peer } from '@skein/core';
import type { Limits, UserNumber } from '@skein/model';
import type { CloseReason, UpFrame } from '@skein/protocol';

/** What gateways need of the core: a way in, and the limits. The core's `Core` is one. */
export interface CoreDoor {
  readonly limits: Limits;
  connect(peer: Peer, outbound: Outbound): CoreConnection;
}

/** One connection as the core knows it; the core's `Connection` is one. */
export interface CoreConnection {
  readonly isSignedIn: boolean;
  readonly user: UserNumber | null;
  handle(frame: UpFrame): void;
  /** A sign of life that is no frame. */
  heartbeat(): void;
  /** What was queued has left. */
  drained(): void;
  /** The peer broke the protocol: the core counts it and closes. */
  violated(reason: CloseReason, detail: string): void;
  /** The socket is gone. */
  closed(): void;
}
