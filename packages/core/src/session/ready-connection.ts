import { type Refusal, refuse, type SessionId } from '@skein/model';
import type { CloseReason, DownFrameInit, ResponseInit } from '@skein/protocol';
import type { SignedIn } from '../accounts/sign-in-result.ts';
import { Feed } from '../delivery/feed.ts';
import type { OnlineUser } from '../delivery/hub.ts';
import type { LastTyping } from '../delivery/typing.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import type { LogCommand, LogResult } from '../log/log-command.ts';
import type { DeviceRow } from '../ports/directory.ts';
import type { Outbound, Peer } from '../ports/outbound.ts';
import { HasherBusyError } from '../ports/password-hasher.ts';
import type { UserRow } from '../ports/store.ts';
import { StoreFullError, StoreUnavailableError } from '../ports/store.ts';
import type { OwnPresence } from '../presence/presence.ts';
import type { Watcher } from '../presence/watcher.ts';
import { isLoss, type Testator, type Will } from '../transient/wills.ts';
import { OrderedLane } from './ordered-lane.ts';
import type { CoreParts } from './parts.ts';

export type Answer = NonNullable<ResponseInit['answer']>;

/** A frame within this time of new tokens may have been sent before they arrived, so it proves nothing (AC7). */
const TOKENS_ON_THE_WAY_MS = 10_000;

/** What the outer connection lends to its signed-in life. */
export interface ReadyEnds {
  readonly peer: Peer;
  readonly outbound: Outbound;
  end(reason: CloseReason, detail?: string): void;
}

/** Tokens that were sent on this connection and may not have arrived. */
interface CarriedTokens {
  readonly exchangedHash: string;
  readonly provenFromMs: number;
}

/** A connection between its Welcome and its end: what its handlers share. */
export class ReadyConnection {
  readonly parts: CoreParts;
  readonly user: UserRow;
  readonly device: DeviceRow;
  readonly session: SessionId;
  readonly peer: Peer;
  readonly outbound: Outbound;
  readonly feed: Feed;
  /** Commands of the log, in the order in which they came. */
  readonly commands = new OrderedLane();
  /** Answers that read much, one at a time and only while there is room for them. */
  readonly reads = new OrderedLane();
  accessExpiresAtMs: number;
  lastTyping: LastTyping | null = null;
  /** [PR4] */
  ownPresence: OwnPresence | null = null;
  /** [PR5] */
  watcher: Watcher | null = null;
  /** [WL1] */
  will: Will | null = null;
  readonly #ends: ReadyEnds;
  readonly #online: OnlineUser;
  readonly #others: TokenBucket;
  // Most connections send none.
  #transients: TokenBucket | null = null;
  #pendingCount = 0;
  #isOpen = true;
  #carried: CarriedTokens | null = null;
  // Answers that wait until the socket has taken enough: at most one read and one sync.
  #waitingForRoom: ((isOpen: boolean) => void)[] | null = null;

  constructor(parts: CoreParts, signedIn: SignedIn, ends: ReadyEnds) {
    const nowMs = parts.clock.monotonicMs();
    this.parts = parts;
    this.user = signedIn.user;
    this.device = signedIn.device;
    this.session = signedIn.session;
    this.peer = ends.peer;
    this.outbound = ends.outbound;
    this.accessExpiresAtMs = signedIn.accessExpiresAtMs;
    this.#ends = ends;
    this.#others = new TokenBucket(parts.otherRate, nowMs);
    this.feed = new Feed({ user: this.user.number, outbound: this.outbound, origin: this }, parts);
    this.#online = parts.hub.join(this, nowMs);
    parts.presence.joined(this);
    parts.wills.joined(this.#testator);
    // Nothing may be sent before Welcome, so any frame proves that the tokens in it arrived.
    if (signedIn.exchangedHash !== undefined) {
      this.#carried = { exchangedHash: signedIn.exchangedHash, provenFromMs: nowMs };
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Ends the connection; the peer is told why. */
  end(reason: CloseReason, detail = ''): void {
    this.#ends.end(reason, detail);
  }

  /** The connection is over: leaves the hub and lets go of whoever waits. `reason` null: the socket is gone. */
  leave(reason: CloseReason | null): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { hub, counters, sessions, presence, wills } = this.parts;
    hub.leave(this);
    presence.left(this);
    const { will } = this;
    this.will = null;
    if (will !== null && isLoss(reason)) wills.lost(this.#testator, will);
    counters.pushesAbandoned += this.feed.liveness.unacknowledged;
    if (this.#carried !== null) sessions.allowRetry(this.session, this.#carried.exchangedHash);
    this.#releaseWaiting(false);
  }

  /** Every frame shows that somebody is there. */
  noteFrame(): void {
    if (this.#carried !== null && this.parts.clock.monotonicMs() >= this.#carried.provenFromMs) {
      this.#carried = null;
    }
  }

  /** [AC7] New tokens are about to be sent. */
  carry(exchangedHash: string): void {
    const provenFromMs = this.parts.clock.monotonicMs() + TOKENS_ON_THE_WAY_MS;
    this.#carried = { exchangedHash, provenFromMs };
  }

  /** [RQ5] null, or the refusal for whoever sends too fast. */
  admitSend(): Refusal | null {
    const retryAfterMs = this.#online.sends.take(this.parts.clock.monotonicMs());
    return retryAfterMs > 0 ? refuse('limit.rate', { retryAfterMs }) : this.#admitCommand();
  }

  /** [RQ5] The same for everything that is not a send. */
  admitOther(): Refusal | null {
    const retryAfterMs = this.#others.take(this.parts.clock.monotonicMs());
    return retryAfterMs > 0 ? refuse('limit.rate', { retryAfterMs }) : this.#admitCommand();
  }

  /** [TM4] Whether one more transient message is passed on. */
  admitTransient(): boolean {
    const { clock, limits, isDraining } = this.parts;
    const nowMs = clock.monotonicMs();
    const rate = { perSecond: limits.transientsPerSecondMax, burst: limits.transientsBurstMax };
    this.#transients ??= new TokenBucket(rate, nowMs);
    return !isDraining() && this.#transients.take(nowMs) === 0;
  }

  /** Counts a command until `settle`. */
  begin(): void {
    this.#pendingCount++;
  }

  settle(): void {
    this.#pendingCount--;
  }

  /** Gives a command to the log; `done` hears the result once, and whatever goes wrong in it ends this connection alone. */
  submit(command: LogCommand, done: (result: LogResult) => void): void {
    this.parts.sequencer.submit(command, this, (result) => {
      try {
        done(result);
      } catch (error) {
        this.bug(error);
      }
    });
  }

  /** Runs what must not fail. */
  guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.bug(error);
    }
  }

  bug(error: unknown): void {
    this.parts.counters.bugs++;
    this.parts.onBug(error);
    this.end('internal');
  }

  respond(id: number, answer: Answer): void {
    const frame: DownFrameInit = { case: 'response', value: { id, answer } };
    if (answer.case === 'conversation') this.feed.answer(frame);
    else this.outbound.send(frame);
  }

  /** True when more may be sent; else resolves when it may, or false when the connection is over. */
  room(): true | Promise<boolean> {
    if (this.#isOpen && this.feed.hasRoom) return true;
    if (!this.#isOpen) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waitingForRoom ??= [];
      this.#waitingForRoom.push(resolve);
    });
  }

  /** Whether something is to be done when the socket has taken what is queued. */
  get isWaiting(): boolean {
    return this.#waitingForRoom !== null || this.feed.dirtyCount > 0;
  }

  /** The socket took what was queued. */
  drained(): void {
    if (!this.feed.hasRoom) return;
    this.#releaseWaiting(true);
    this.feed.flush();
  }

  get #testator(): Testator {
    return { user: this.user.number, device: this.device.number };
  }

  #admitCommand(): Refusal | null {
    const { limits, isDraining } = this.parts;
    if (isDraining()) return refuse('server.shutting_down', { retryAfterMs: limits.drainMs });
    if (this.#pendingCount < limits.pendingCommandsMax) return null;
    return refuse('server.overloaded', { limit: limits.pendingCommandsMax });
  }

  #releaseWaiting(isOpen: boolean): void {
    const waiting = this.#waitingForRoom;
    this.#waitingForRoom = null;
    for (const resolve of waiting ?? []) resolve(isOpen);
  }
}

/** The typed "no" for a failure of the environment; anything else is a bug and thrown on. */
export function refusalFrom(error: unknown): Refusal {
  if (error instanceof HasherBusyError) {
    return refuse('server.overloaded', { retryAfterMs: error.retryAfterMs });
  }
  if (error instanceof StoreFullError) return refuse('server.storage_full');
  if (error instanceof StoreUnavailableError) return refuse('server.storage_unavailable');
  throw error;
}
