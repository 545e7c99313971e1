import { type UserNumber, unreachable } from '@skein/model';
import type { CloseReason, Hello, UpFrame } from '@skein/protocol';
import { appOf, type Program } from '../accounts/program.ts';
import type { Proof } from '../accounts/proofs.ts';
import type { SignedIn } from '../accounts/sign-in-result.ts';
import type { Outbound, Peer } from '../ports/outbound.ts';
import { handleFrame } from './handle-frame.ts';
import { handleSync } from './handle-sync.ts';
import type { CoreParts } from './parts.ts';
import { ReadyConnection } from './ready-connection.ts';
import { StallWatch } from './stall-watch.ts';
import { agreeOnTerms, type Terms, toWelcome } from './welcome.ts';

/**
 *   greeting ──Hello──▶ signing-in ──Welcome──▶ ready
 *      │                     │                    │
 *      └─────────────────────┴────────────────────┴──▶ closed
 */
type ConnectionState =
  | { readonly name: 'greeting' }
  | { readonly name: 'signing-in' }
  | { readonly name: 'ready'; readonly ready: ReadyConnection; readonly idleTimeoutMs: number }
  | { readonly name: 'closed' };

const GREETING: ConnectionState = { name: 'greeting' };
const SIGNING_IN: ConnectionState = { name: 'signing-in' };
const CLOSED: ConnectionState = { name: 'closed' };

/** Who keeps count of connections. */
export interface ConnectionWatcher {
  /** Answers the program as one object for all connections of it. */
  signedIn(connection: Connection, program: Program): Program;
  closed(connection: Connection): void;
}

/** One socket, as the core sees it: its gateway calls these as things happen, and nothing here throws. */
export class Connection {
  readonly peer: Peer;
  readonly #parts: CoreParts;
  readonly #outbound: Outbound;
  readonly #watcher: ConnectionWatcher;
  readonly #acceptedAtMs: number;
  #state: ConnectionState = GREETING;
  #heardAtMs: number;
  #program: Program | null = null;
  // Present while bytes wait.
  #stallWatch: StallWatch | null = null;

  /** @internal Made by `Core.connect`. */
  constructor(parts: CoreParts, watcher: ConnectionWatcher, peer: Peer, outbound: Outbound) {
    this.#parts = parts;
    this.peer = peer;
    this.#outbound = outbound;
    this.#watcher = watcher;
    this.#heardAtMs = parts.clock.monotonicMs();
    this.#acceptedAtMs = peer.acceptedAtMs ?? this.#heardAtMs;
  }

  get isSignedIn(): boolean {
    return this.#state.name === 'ready';
  }

  /** Who signed in; null before and after. */
  get user(): UserNumber | null {
    return this.#state.name === 'ready' ? this.#state.ready.user.number : null;
  }

  /** [SS11] What signed in here; null before, and kept to the end. */
  get program(): Program | null {
    return this.#program;
  }

  get queuedBytes(): number {
    return this.#state.name === 'closed' ? 0 : this.#outbound.queuedBytes();
  }

  /** One decoded frame, in order of arrival. */
  handle(frame: UpFrame): void {
    this.heartbeat();
    try {
      this.#step(frame);
    } catch (error) {
      this.#bug(error);
    }
  }

  /** [SA7] Hello of a peer whom the gateway has proven in its protocol's way. */
  handleProven(hello: Hello, proof: Proof): void {
    this.heartbeat();
    if (this.#state.name === 'greeting') this.#greet(hello, proof);
    else this.end('outOfOrder', 'the first frame is Hello');
  }

  /** The empty frame, or any other sign of life that is no frame. The answer to a heartbeat is the gateway's. */
  heartbeat(): void {
    this.#heardAtMs = this.#parts.clock.monotonicMs();
  }

  /** The socket took what was queued: fewer than `limits.outboundBytesMax` bytes wait. */
  drained(): void {
    const state = this.#state;
    if (state.name !== 'ready' || !state.ready.isWaiting) return;
    state.ready.guard(() => state.ready.drained());
  }

  /** The socket is gone. */
  closed(): void {
    this.#close(null);
  }

  /** The peer broke the protocol below the frames (framing, encoding, size): it is told why and closed. */
  violated(reason: CloseReason, detail = ''): void {
    this.end(reason, detail);
  }

  /** Ends the connection; the peer is told why. Afterwards nothing is sent to it and nothing it sends is heard. */
  end(reason: CloseReason, detail = ''): void {
    if (this.#state.name === 'closed') return;
    this.#parts.counters.closed[reason]++;
    // First: whatever the socket does while closing must find the connection closed.
    this.#close(reason);
    this.#outbound.close(reason, detail);
  }

  /** [SS4–SS8] Ends what took too long, and tells what had to wait. Called for every connection once per sweep. */
  sweep(nowMs: number, wallMs: number): void {
    const reason = this.#overdue(nowMs, wallMs);
    if (reason !== null) this.end(reason);
    else this.drained();
  }

  #close(reason: CloseReason | null): void {
    const state = this.#state;
    if (state.name === 'closed') return;
    this.#state = CLOSED;
    if (state.name === 'ready') state.ready.leave(reason);
    this.#watcher.closed(this);
  }

  #overdue(nowMs: number, wallMs: number): CloseReason | null {
    const state = this.#state;
    const { limits } = this.#parts;
    switch (state.name) {
      case 'greeting':
      case 'signing-in':
        return nowMs - this.#acceptedAtMs >= limits.signInTimeoutMs ? 'signInTimeout' : null;
      case 'ready': {
        const { ready, idleTimeoutMs } = state;
        if (nowMs - this.#heardAtMs >= idleTimeoutMs) return 'idle';
        if (ready.feed.liveness.isOverdue(nowMs, limits.ackTimeoutMs)) return 'ackTimeout';
        if (this.#isStalled(ready, nowMs)) return 'stalled';
        return wallMs >= ready.accessExpiresAtMs ? 'tokenExpired' : null;
      }
      case 'closed':
        return null;
      default:
        return unreachable(state);
    }
  }

  #isStalled({ feed }: ReadyConnection, nowMs: number): boolean {
    const queuedBytes = this.#outbound.queuedBytes();
    if (queuedBytes === 0) {
      this.#stallWatch = null;
      return false;
    }
    this.#stallWatch ??= new StallWatch();
    const { unacknowledged } = feed.liveness;
    return this.#stallWatch.isStalled(
      { queuedBytes, unacknowledged, nowMs },
      this.#parts.limits.stalledReaderMs,
    );
  }

  #step(frame: UpFrame): void {
    const state = this.#state;
    switch (state.name) {
      case 'greeting':
        // [SS1] Only a Hello opens a conversation with the server.
        if (frame.case === 'hello') this.#greet(frame.value, null);
        else this.end('outOfOrder', 'the first frame is Hello');
        return;
      case 'signing-in':
        this.end('outOfOrder', 'nothing is sent before Welcome');
        return;
      case 'ready':
        state.ready.noteFrame();
        handleFrame(state.ready, frame);
        return;
      case 'closed':
        return;
      default:
        unreachable(state);
    }
  }

  #greet(hello: Hello, proof: Proof | null): void {
    const terms = agreeOnTerms(hello, this.#parts.limits);
    if (terms === null) {
      this.end('upgradeRequired', 'client.upgrade_required');
      return;
    }
    this.#state = SIGNING_IN;
    this.#signIn(hello, terms, proof).catch((error: unknown) => this.#bug(error));
  }

  async #signIn(hello: Hello, terms: Terms, proof: Proof | null): Promise<void> {
    const { counters, signIn } = this.#parts;
    const result = await (proof === null ? signIn.signIn(hello, this.peer) : signIn.admit(hello, proof));
    // The peer did not wait for the answer.
    if (this.#state.name !== 'signing-in') return;
    if (result.outcome === 'denied') {
      counters.signInsFailed++;
      this.end(result.close, result.code);
      return;
    }
    counters.signIns++;
    this.#welcome(result, terms, hello);
  }

  #welcome(signedIn: SignedIn, terms: Terms, hello: Hello): void {
    const ends = {
      peer: this.peer,
      outbound: this.#outbound,
      end: (reason: CloseReason, detail?: string) => this.end(reason, detail),
    };
    const ready = new ReadyConnection(this.#parts, signedIn, ends);
    this.heartbeat();
    this.#state = { name: 'ready', ready, idleTimeoutMs: terms.idleTimeoutMs };
    this.#program = this.#watcher.signedIn(this, { protocol: terms.version, app: appOf(hello) });
    this.#outbound.send({ case: 'welcome', value: toWelcome(this.#parts, signedIn, terms) });
    // [SS3] Signing in and catching up take one round trip.
    if (hello.sync !== undefined) handleSync(ready, hello.sync);
  }

  #bug(error: unknown): void {
    this.#parts.counters.bugs++;
    this.#parts.onBug(error);
    this.end('internal');
  }
}
