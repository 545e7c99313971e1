import type { Peer } from '@skein/core';
import { decodeUp, FrameSplitter } from '@skein/protocol';
import type { ByteLink } from '../session/byte-link.ts';
import { Session, type SessionDeps } from '../session/session.ts';
import { TCP_WIRE } from './tcp-wire.ts';

/**
 * The native protocol over a byte stream, after its preface: frames in, frames out (rules GW5–GW8). It does no I/O, so
 * that tests and simulations run it over memory.
 */
export class NativeSession extends Session {
  readonly #splitter: FrameSplitter;
  #bytesBeforeSignIn = 0;
  #hasFullBudget = false;

  constructor(deps: SessionDeps, peer: Peer, link: ByteLink) {
    super(deps, { peer, link, wire: TCP_WIRE });
    this.#splitter = new FrameSplitter(
      deps.core.limits.bytesBeforeSignInMax,
      (bytes, from, to) => this.handle(this.isOpen ? decodeUp(bytes, from, to) : undefined),
      () => this.heartbeat(),
    );
  }

  protected override read(bytes: Uint8Array): void {
    if (!this.#hasFullBudget) this.#countBeforeSignIn(bytes.length);
    if (this.isOpen) this.#splitter.push(bytes);
  }

  /** [GW5] A stranger gets a small budget; who has signed in gets whole frames. */
  #countBeforeSignIn(byteCount: number): void {
    const { limits } = this.deps.core;
    if (this.connection.isSignedIn) {
      this.#hasFullBudget = true;
      this.#splitter.setFrameBytesMax(limits.frameBytesMax);
      return;
    }
    this.#bytesBeforeSignIn += byteCount;
    if (this.#bytesBeforeSignIn > limits.bytesBeforeSignInMax) {
      this.violated('frameTooLarge', `more than ${limits.bytesBeforeSignInMax} bytes before sign-in`);
    }
  }
}
