import type { Peer } from '@skein/core';
import { decodeUp, FrameSplitter } from '@skein/protocol';
import type { ByteLink } from '../session/byte-link.ts';
import { Session, type SessionDeps } from '../session/session.ts';
import { TCP_WIRE } from './tcp-wire.ts';

/**
 * The native protocol over a byte stream, after its preface: frames in, frames out (rules GW6–GW12). It does no I/O, so
 * that tests and simulations run it over memory.
 */
export class NativeSession extends Session {
  readonly #splitter: FrameSplitter;
  #isStranger = true;

  constructor(deps: SessionDeps, peer: Peer, link: ByteLink) {
    super(deps, link, TCP_WIRE);
    this.#splitter = new FrameSplitter(
      deps.core.limits.bytesBeforeSignInMax,
      (bytes, from, to) => {
        if (this.isOpen) this.handle(decodeUp(bytes, from, to));
      },
      () => this.heartbeat(),
    );
    this.connect(peer);
  }

  protected override read(bytes: Uint8Array): void {
    if (this.#isStranger && !this.countBeforeSignIn(bytes.length)) {
      this.#isStranger = false;
      this.#splitter.setFrameBytesMax(this.deps.core.limits.frameBytesMax);
    }
    if (this.isOpen) this.#splitter.push(bytes);
  }
}
