import { randomBytes } from 'node:crypto';
import type { Clock, Limits } from '@skein/model';
import { Deadlines } from '../../session/deadlines.ts';
import type { Bearer } from '../seat/bearer.ts';

const TICKET_BYTES = 32;

interface Ticket {
  readonly word: string;
  readonly bearer: Bearer;
}

/**
 * Stand-ins for an access token in a URL, where it would end up in histories and logs: each opens one stream, soon
 * (rule HT15). Kept in memory: after a restart a new one is asked for.
 */
export class Tickets {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #byWord = new Map<string, Ticket>();
  readonly #byToken = new Map<string, Ticket[]>();
  readonly #due: Deadlines<Ticket>;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    const { httpTicketMs, sweepIntervalMs } = limits;
    this.#due = new Deadlines(clock, httpTicketMs, sweepIntervalMs, (ticket) => this.#forget(ticket));
  }

  create(bearer: Bearer): { readonly ticket: string; readonly expiresMs: number } {
    const ticket = { word: randomBytes(TICKET_BYTES).toString('base64url'), bearer };
    const { httpTicketMs, httpTicketsPerTokenMax, httpTicketsMax } = this.#limits;
    const ofToken = this.#byToken.get(bearer.word) ?? [];
    if (ofToken.length >= httpTicketsPerTokenMax) this.#forgetOldest(ofToken);
    if (this.#byWord.size >= httpTicketsMax) this.#forgetOldest(this.#byWord.values());
    this.#byToken.set(bearer.word, [...(this.#byToken.get(bearer.word) ?? []), ticket]);
    this.#byWord.set(ticket.word, ticket);
    this.#due.add(ticket);
    return { ticket: ticket.word, expiresMs: this.#clock.nowMs() + httpTicketMs };
  }

  /** Whose ticket it is; it is gone after that. */
  take(word: string): Bearer | null {
    const ticket = this.#byWord.get(word);
    if (ticket === undefined) return null;
    this.#forget(ticket);
    return ticket.bearer;
  }

  close(): void {
    this.#due.expireAll();
  }

  /** Of tickets in the order in which they were made. */
  #forgetOldest(tickets: Iterable<Ticket>): void {
    for (const oldest of tickets) {
      this.#forget(oldest);
      return;
    }
  }

  #forget(ticket: Ticket): void {
    this.#due.remove(ticket);
    this.#byWord.delete(ticket.word);
    const left = (this.#byToken.get(ticket.bearer.word) ?? []).filter((other) => other !== ticket);
    if (left.length === 0) this.#byToken.delete(ticket.bearer.word);
    else this.#byToken.set(ticket.bearer.word, left);
  }
}
