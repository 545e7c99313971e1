import type { Delivery, Outbound, Peer } from '@skein/core';
import {
  CLOSE_CODE,
  type CloseReason,
  type DownFrameInit,
  ProtocolError,
  type UpFrame,
} from '@skein/protocol';
import type { ByteLink } from './byte-link.ts';
import type { CoreConnection, CoreDoor } from './core-door.ts';
import type { Flushable, FlushList } from './flush-list.ts';
import type { Wire } from './wire.ts';

/** What all sessions share; one reference per session. */
export interface SessionDeps {
  readonly core: CoreDoor;
  readonly flushes: FlushList;
  /** Told of what must not happen: a bug met while serving one connection, which then ends. */
  readonly report: (error: unknown) => void;
}

/**
 * One connection between a link and the core, without I/O of its own.
 *
 *   open ──close()──▶ closing ──ended()──▶ ended
 *     └────────────────ended()───────────────▲
 *
 * Open: bytes become frames for the core, frames become bytes. Closing: the last bytes are under way, nothing is read.
 * There is one of these per connected client, so it keeps little: no closures, no buffer while nothing is under way.
 */
export abstract class Session implements Outbound, Flushable {
  protected readonly deps: SessionDeps;
  protected readonly wire: Wire;
  protected readonly link: ByteLink;
  protected connection!: CoreConnection;
  #state: 'open' | 'closing' | 'ended' = 'open';
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  // True while the network took all there was, nearly always. In a fan-out to thousands, asking the link instead would touch
  // memory of each that is not in the cache.
  #isLinkEmpty = true;
  // Two reasons not to read: too much is waiting to be written, or the session is busy with what it read.
  #isFull = false;
  #isHeld = false;
  #bytesBeforeSignIn = 0;
  #isTrusted = false;

  constructor(deps: SessionDeps, link: ByteLink, wire: Wire) {
    this.deps = deps;
    this.link = link;
    this.wire = wire;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  send(frame: DownFrameInit): void {
    if (this.isOpen) this.queue(this.wire.encode(frame));
  }

  push(delivery: Delivery): void {
    if (this.isOpen) this.queue(delivery.encoded(this.wire.name, this.wire.encodeDelivery));
  }

  queuedBytes(): number {
    return this.#isLinkEmpty ? this.#chunkBytes : this.#chunkBytes + this.link.queuedBytes;
  }

  close(reason: CloseReason, detail = ''): void {
    if (!this.isOpen) return;
    const code = CLOSE_CODE[reason];
    const said = detail === '' ? reason : detail;
    if (this.wire.hasCloseFrame) this.send({ case: 'close', value: { code, reason: said } });
    this.#writeOut();
    this.#state = 'closing';
    this.link.end(code, said);
  }

  /** The link has bytes from the peer. What goes wrong with them ends this connection and no other. */
  receive(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    try {
      this.read(bytes);
    } catch (error) {
      this.failed(error);
    }
    this.#pauseIfFull();
  }

  /** Everything given to the link was handed to the network. */
  drained(): void {
    if (!this.isOpen) return;
    this.#isLinkEmpty = true;
    if (this.#isFull) {
      this.#isFull = false;
      if (!this.#isHeld) this.link.resume();
    }
    try {
      this.connection.drained();
    } catch (error) {
      this.failed(error);
    }
  }

  /** The peer will send nothing more. Most protocols have nothing to say to such a peer. */
  inputEnded(): void {
    this.ended();
    this.link.end(CLOSE_CODE.idle, '');
  }

  /** The link is gone. */
  ended(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.connection.closed();
  }

  /** Writes what this turn queued. Called by the flush list. */
  flush(): void {
    if (!this.isOpen) return;
    const isMuch = this.#isFull || this.queuedBytes() >= this.deps.core.limits.outboundBytesMax;
    this.#writeOut();
    // What the network takes at once never waits in the link, so the link has no drain to report.
    if (!this.#isLinkEmpty) this.#pauseIfFull();
    else if (isMuch) this.drained();
  }

  /**
   * [GW8] Counts bytes against the small budget of a stranger, and ends who overdraws it. False once the peer has signed
   * in: nothing needs to be counted any more.
   */
  countBeforeSignIn(byteCount: number): boolean {
    this.#isTrusted ||= this.connection.isSignedIn;
    if (this.#isTrusted) return false;
    this.#bytesBeforeSignIn += byteCount;
    const { bytesBeforeSignInMax } = this.deps.core.limits;
    if (this.#bytesBeforeSignIn > bytesBeforeSignInMax) {
      this.violated('frameTooLarge', `more than ${bytesBeforeSignInMax} bytes before sign-in`);
    }
    return true;
  }

  /** The last thing a constructor does: the core may answer at once, with a close. */
  protected connect(peer: Peer): void {
    this.connection = this.deps.core.connect(peer, this);
  }

  /** Translates bytes for the core. May throw ProtocolError. */
  protected abstract read(bytes: Uint8Array): void;

  /** A frame arrived; `undefined` is one of a newer version: a sign of life and nothing more. */
  protected handle(frame: UpFrame | undefined): void {
    if (!this.isOpen) return;
    if (frame === undefined) this.connection.heartbeat();
    else this.connection.handle(frame);
  }

  /** [GW9] A heartbeat is answered with one. */
  protected heartbeat(): void {
    if (!this.isOpen) return;
    this.connection.heartbeat();
    // Heartbeats in a row need one answer: a peer that reads nothing must not make us hoard them.
    if (this.isOpen && !this.#isFull) this.queue(this.wire.heartbeat);
  }

  protected queue(bytes: Uint8Array): void {
    if (this.#chunks.length === 0) this.deps.flushes.add(this);
    this.#chunks.push(bytes);
    this.#chunkBytes += bytes.length;
  }

  /** Stops and continues reading for the session's own reasons. */
  protected holdReading(isHeld: boolean): void {
    if (this.#isHeld === isHeld || !this.isOpen) return;
    this.#isHeld = isHeld;
    if (this.#isFull) return;
    if (isHeld) this.link.pause();
    else this.link.resume();
  }

  protected violated(reason: CloseReason, detail: string): void {
    if (!this.isOpen) return;
    this.connection.violated(reason, detail);
    this.close(reason, detail);
  }

  protected failed(error: unknown): void {
    if (error instanceof ProtocolError) {
      const isTooLarge = error.violation === 'frame-too-large';
      this.violated(isTooLarge ? 'frameTooLarge' : 'protocolViolation', error.message);
      return;
    }
    this.deps.report(error);
    this.close('internal');
  }

  /** [GW11] Whoever does not read may not ask. */
  #pauseIfFull(): void {
    if (this.#isFull || !this.isOpen) return;
    if (this.queuedBytes() <= this.deps.core.limits.outboundPauseBytes) return;
    this.#isFull = true;
    if (!this.#isHeld) this.link.pause();
  }

  /** A single chunk goes out as it is, shared with every other connection; several are joined. */
  #writeOut(): void {
    const chunks = this.#chunks;
    const first = chunks[0];
    if (first === undefined) return;
    const bytes = chunks.length === 1 ? first : this.deps.flushes.join(chunks, this.#chunkBytes);
    chunks.length = 0;
    this.#chunkBytes = 0;
    this.link.write(bytes);
    this.#isLinkEmpty = this.link.queuedBytes === 0;
  }
}
