import type { Peer } from '@skein/core';
import { type Clock, refuse } from '@skein/model';
import type { HelloInit, WelcomeInit } from '@skein/protocol';
import type { CoreDoor } from '../../session/core-door.ts';
import { Deadlines } from '../../session/deadlines.ts';
import { problemOfRefusal } from '../problem.ts';
import { type Bearer, tokensFor } from './bearer.ts';
import type { Outcome, Seat } from './seat.ts';

/** A seat in the pool, while it is made and afterwards. */
interface Kept<Kind extends Seat> {
  readonly word: string;
  readonly seat: Promise<Outcome<Kind>>;
  /** Requests under way on it. */
  useCount: number;
}

interface SeatsOptions<Kind extends Seat> {
  readonly core: CoreDoor;
  readonly clock: Clock;
  readonly newSeat: (peer: Peer) => Kind;
  /** How long a seat is kept that nobody uses. */
  readonly idleMs: number;
}

/**
 * The seats that requests are made on, one per access token, kept for a while: a request in a row of them costs no sign-in
 * (rule HT3). What a seat may do, and how fast, the core decides as for any connection.
 */
export class Seats<Kind extends Seat = Seat> {
  readonly #core: CoreDoor;
  readonly #newSeat: (peer: Peer) => Kind;
  // In the order of their last use, which is the order in which they are given up.
  readonly #kept = new Map<string, Kept<Kind>>();
  readonly #idle: Deadlines<Kept<Kind>>;

  constructor({ core, clock, newSeat, idleMs }: SeatsOptions<Kind>) {
    this.#core = core;
    this.#newSeat = newSeat;
    this.#idle = new Deadlines(clock, idleMs, core.limits.sweepIntervalMs, (kept) => this.#fellSilent(kept));
  }

  get count(): number {
    return this.#kept.size;
  }

  /** Signs an installation in; the seat waits for the token that this gives out. */
  async signIn(
    hello: HelloInit & { readonly installation: string },
    peer: Peer,
  ): Promise<Outcome<WelcomeInit>> {
    const seat = this.#newSeat(peer);
    const outcome = await seat.signIn(hello);
    if (outcome.problem !== undefined) return outcome;
    const { tokens } = outcome.value;
    if (tokens === undefined) return { value: outcome.value };
    const given = tokensFor(hello.installation, tokens);
    const kept = { word: given.accessToken ?? '', seat: Promise.resolve({ value: seat }), useCount: 0 };
    if (this.#hasRoom()) this.#keep(kept, seat);
    else seat.leave();
    return { value: { ...outcome.value, tokens: given } };
  }

  /** Runs a request on the seat of this token, which is made when there is none. */
  async use<Value>(
    bearer: Bearer,
    peer: Peer,
    run: (seat: Kind) => Promise<Outcome<Value>>,
  ): Promise<Outcome<Value>> {
    const known = this.#kept.get(bearer.word);
    // It may have ended while nobody used it: revoked, expired, or cut off by a restart of the core.
    const isOver = (await known?.seat)?.value?.isOpen === false;
    if (known !== undefined && isOver) this.#forget(known);
    const kept = this.#kept.get(bearer.word) ?? this.#make(bearer, peer);
    if (kept === null) return { problem: problemOfRefusal(refuse('server.overloaded')) };
    kept.useCount++;
    try {
      const { value: seat, problem } = await kept.seat;
      if (problem !== undefined) {
        this.#forget(kept);
        return { problem };
      }
      const outcome = await run(seat);
      if (!seat.isOpen) this.#forget(kept);
      return outcome;
    } finally {
      kept.useCount--;
      this.#touch(kept);
    }
  }

  /** Gives all of them up; what their users left behind is void, since it is the server that ends them (WL6). */
  close(): void {
    for (const kept of this.#kept.values()) this.#end(kept, (seat) => seat.leave());
  }

  #make(bearer: Bearer, peer: Peer): Kept<Kind> | null {
    if (!this.#hasRoom()) return null;
    const seat = this.#newSeat(peer);
    const kept = { word: bearer.word, seat: this.#open(seat, bearer), useCount: 0 };
    this.#keep(kept, seat);
    return kept;
  }

  async #open(seat: Kind, { installation, token }: Bearer): Promise<Outcome<Kind>> {
    const { problem } = await seat.signIn({ installation, auth: { case: 'accessToken', value: token } });
    return problem === undefined ? { value: seat } : { problem };
  }

  /** Until nobody used it for a while or it ended: one that is over takes nobody's place. */
  #keep(kept: Kept<Kind>, seat: Kind): void {
    seat.onEnd = () => this.#forget(kept);
    this.#add(kept);
  }

  #add(kept: Kept<Kind>): void {
    this.#kept.set(kept.word, kept);
    this.#idle.add(kept);
  }

  #touch(kept: Kept<Kind>): void {
    if (this.#kept.get(kept.word) !== kept) return;
    this.#kept.delete(kept.word);
    this.#idle.remove(kept);
    this.#add(kept);
  }

  #forget(kept: Kept<Kind>): void {
    if (this.#kept.get(kept.word) === kept) this.#kept.delete(kept.word);
    this.#idle.remove(kept);
  }

  /** [HT21] Nobody asked for so long: to the core the line is lost. */
  #fellSilent(kept: Kept<Kind>): void {
    if (kept.useCount > 0) this.#idle.add(kept);
    else this.#end(kept, (seat) => seat.lose());
  }

  #end(kept: Kept<Kind>, end: (seat: Kind) => void): void {
    this.#forget(kept);
    kept.seat
      .then(({ value }) => {
        if (value !== undefined) end(value);
      })
      .catch(() => undefined);
  }

  /** Whether one more may be kept; the one that was unused for longest makes room. */
  #hasRoom(): boolean {
    if (this.#kept.size < this.#core.limits.httpSeatsMax) return true;
    const [oldest] = this.#kept.values();
    if (oldest === undefined || oldest.useCount > 0) return false;
    this.#end(oldest, (seat) => seat.leave());
    return true;
  }
}
