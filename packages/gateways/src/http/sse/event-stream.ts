import type { Clock } from '@skein/model';
import type { CoreDoor } from '../../session/core-door.ts';
import type { Exchange } from '../exchange.ts';
import { parseCursor } from '../poll/cursor.ts';
import { pollOfQuery, usersOfQuery } from '../poll/poll-query.ts';
import { invalid, problemOfRefusal } from '../problem.ts';
import { queuedBytesOf } from '../queued-bytes.ts';
import type { Bearer } from '../seat/bearer.ts';
import { presenceText } from './event-text.ts';
import { StreamSeat } from './stream-seat.ts';
import type { Tickets } from './tickets.ts';

const EVENTS_TYPE = 'text/event-stream';
/** How long a browser waits before it comes back, HTML standard §9.2.6 `retry`. */
const RETRY_MS = 2_000;

export interface EventStreamDeps {
  readonly core: CoreDoor;
  readonly clock: Clock;
  readonly tickets: Tickets;
}

/** Streams of events; one timer gives all of them their heartbeat. */
export class EventStreams {
  readonly #deps: EventStreamDeps;
  readonly #open = new Set<StreamSeat>();
  /** How many each device has; counted from before the sign-in, so that many at once count as many. */
  readonly #countOf = new Map<string, number>();
  #isPulsing = false;

  constructor(deps: EventStreamDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#open.size;
  }

  /** `GET /v1/events`: goes on from Last-Event-ID, else from `?cursor=`, else from now. */
  async answer(exchange: Exchange): Promise<void> {
    const bearer = this.#bearerOf(exchange);
    if (bearer === null) {
      exchange.problem(problemOfRefusal({ code: 'auth.required' }));
      return;
    }
    const { searchParams } = exchange.url;
    const { value: asked, problem: misread } = pollOfQuery(searchParams);
    const watched = usersOfQuery(searchParams);
    if (misread !== undefined || watched === null) {
      exchange.problem(misread ?? invalid('presence is a list of user numbers, with commas.'));
      return;
    }
    // HTML standard §9.2.4: a browser that comes back says the last id it was given.
    const word = exchange.header('last-event-id') ?? asked.cursor;
    const cursor = word === '' ? null : parseCursor(word);
    if (cursor === null && word !== '') {
      exchange.problem(invalid('The cursor is not one of ours.'));
      return;
    }
    const { installation, token } = bearer;
    if (!this.#admit(installation, exchange)) return;
    const seat = this.#seatFor(exchange);
    const hello = { installation, auth: { case: 'accessToken', value: token } } as const;
    const { value: welcome, problem } = await seat.signIn(hello);
    if (problem !== undefined) {
      exchange.problem(problem);
      return;
    }
    const { value: present, problem: unwatched } = await seat.watch(watched);
    if (unwatched !== undefined) {
      seat.leave();
      exchange.problem(unwatched);
      return;
    }
    exchange.head(200, { 'Content-Type': EVENTS_TYPE, 'X-Accel-Buffering': 'no' });
    exchange.response.write(`retry: ${RETRY_MS}\n\n`);
    this.#keep(seat, exchange);
    if (present !== null) exchange.response.write(presenceText(present));
    seat.start(welcome.epoch ?? '', cursor, asked.entries);
  }

  /** Ends all of them. */
  close(): void {
    for (const seat of this.#open) seat.leave();
  }

  /** [HT26] False for one too many of a device, which is told so. */
  #admit(installation: string, exchange: Exchange): boolean {
    const limit = this.#deps.core.limits.httpReadersPerDeviceMax;
    const count = this.#countOf.get(installation) ?? 0;
    if (count >= limit) {
      exchange.problem(problemOfRefusal({ code: 'limit.rate', limit }));
      return false;
    }
    this.#countOf.set(installation, count + 1);
    exchange.response.once('close', () => {
      const left = (this.#countOf.get(installation) ?? 0) - 1;
      if (left > 0) this.#countOf.set(installation, left);
      else this.#countOf.delete(installation);
    });
    return true;
  }

  #bearerOf(exchange: Exchange): Bearer | null {
    const ticket = exchange.url.searchParams.get('ticket');
    return ticket === null ? exchange.bearer : this.#deps.tickets.take(ticket);
  }

  #seatFor({ response, peer }: Exchange): StreamSeat {
    const { core, clock } = this.#deps;
    const isOpen = (): boolean => response.headersSent && !response.writableEnded;
    return new StreamSeat({
      core,
      peer,
      setTimer: (delayMs, fire) => clock.setTimer(delayMs, fire),
      sink: {
        get queuedBytes() {
          return queuedBytesOf(response);
        },
        write: (text) => {
          if (isOpen()) response.write(text);
        },
        end: () => {
          if (isOpen()) response.end();
        },
      },
    });
  }

  #keep(seat: StreamSeat, { response }: Exchange): void {
    this.#open.add(seat);
    response.on('drain', () => seat.taken());
    response.once('close', () => {
      this.#open.delete(seat);
      seat.lose();
    });
    if (!this.#isPulsing) this.#pulseSoon();
  }

  #pulseSoon(): void {
    this.#isPulsing = this.#open.size > 0;
    if (!this.#isPulsing) return;
    this.#deps.clock.setTimer(this.#deps.core.limits.httpEventHeartbeatMs, () => {
      for (const seat of this.#open) seat.pulse();
      this.#pulseSoon();
    });
  }
}
