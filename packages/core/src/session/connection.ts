import type { UserNumber } from '@skein/model';
import type { CloseReason, UpFrame } from '@skein/protocol';
import type { Outbound, Peer } from '../ports/outbound.ts';

/** One socket, as the core sees it: its gateway calls these as things happen, and nothing here throws. */
export class Connection {
  readonly peer: Peer;
  readonly #outbound: Outbound;

  constructor(peer: Peer, outbound: Outbound) {
    this.peer = peer;
    this.#outbound = outbound;
  }

  get isSignedIn(): boolean {
    return false;
  }

  /** Who signed in; null before. */
  get user(): UserNumber | null {
    return null;
  }

  /** One decoded frame, in order of arrival. */
  handle(_frame: UpFrame): void {}

  /** The empty frame, or any other sign of life that is no frame. The answer to a heartbeat is the gateway's. */
  heartbeat(): void {}

  /** The socket took what was queued: fewer than `limits.outboundBytesMax` bytes wait. */
  drained(): void {}

  /** The socket is gone. */
  closed(): void {}

  /** The peer broke the protocol below the frames (framing, encoding, size): it is told why and closed. */
  violated(reason: CloseReason, detail = ''): void {
    this.#outbound.close(reason, detail);
  }
}
