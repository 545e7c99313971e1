import type { Delivery, Peer } from '@skein/core';
import {
  type AckInit,
  type CloseReason,
  type DownFrameInit,
  type HelloInit,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type Request,
  type ResponseInit,
  type Send,
  type SyncInit,
  type SyncResultInit,
  type UpFrame,
  type UptoInit,
  type WelcomeInit,
} from '@skein/protocol';
import { asTold } from '../../session/client/as-told.ts';
import type { CoreConnection, CoreDoor } from '../../session/core-door.ts';
import { type Problem, problemOfEnd, problemOfRefusal } from '../problem.ts';

export type Ask = NonNullable<Request['ask']>;
export type Answer = NonNullable<ResponseInit['answer']>;

/** A value, or why there is none. */
export type Outcome<Value> =
  | { readonly value: Value; readonly problem?: undefined }
  | { readonly problem: Problem; readonly value?: undefined };

type Settle<Value> = (outcome: Outcome<Value>) => void;

// The longest a client may ask for: nobody is there to send heartbeats while no request is under way.
const HEARTBEAT_MS = 600_000;

/**
 * One connection to the core that HTTP requests are made on: what comes as frames is given as promises. Every promise is
 * settled, by an answer or by the end of the connection; none rejects.
 */
export class Seat {
  readonly #core: CoreDoor;
  readonly #peer: Peer;
  #connection: CoreConnection | null = null;
  #end: Problem | null = null;
  /** Told once, when the connection is over. */
  onEnd: () => void = () => undefined;
  #welcomed: Settle<WelcomeInit> | null = null;
  #requests = 0;
  readonly #asked = new Map<number, Settle<Answer>>();
  // The same key may be under way twice: each is answered.
  readonly #sent = new Map<string, Settle<AckInit>[]>();
  readonly #signingOut: Settle<object>[] = [];
  // Answered in order, a part at a time.
  readonly #syncs: { readonly take: (part: SyncResultInit) => void; readonly settle: Settle<true> }[] = [];

  constructor(core: CoreDoor, peer: Peer) {
    this.#core = core;
    this.#peer = peer;
  }

  get isOpen(): boolean {
    return this.#end === null;
  }

  /** Connects and says hello; the first thing done with a seat. */
  signIn(hello: HelloInit): Promise<Outcome<WelcomeInit>> {
    return new Promise((resolve) => {
      this.#welcomed = resolve;
      this.#connection = this.#core.connect(this.#peer, {
        send: (frame) => this.#hear(frame),
        push: (delivery) => this.pushed(delivery),
        queuedBytes: () => this.queuedBytes(),
        close: (reason, detail = '') => this.#ended(reason, detail),
      });
      const terms = {
        version: PROTOCOL_VERSION,
        versionMin: PROTOCOL_VERSION_MIN,
        heartbeatMs: HEARTBEAT_MS,
      };
      this.tell(asTold({ case: 'hello', value: { ...terms, ...hello } }), resolve);
    });
  }

  /** One question, and what it was answered with; a refusal is a problem. */
  async answerTo(ask: Ask): Promise<Outcome<Answer['value']>> {
    const { value: answer, problem } = await this.#ask(ask);
    if (problem !== undefined) return { problem };
    return answer.case === 'failure' ? { problem: problemOfRefusal(answer.value) } : { value: answer.value };
  }

  #ask(ask: Ask): Promise<Outcome<Answer>> {
    return new Promise((resolve) => {
      const id = ++this.#requests;
      this.#asked.set(id, resolve);
      this.tell({ case: 'request', value: { id, ask, unknown: undefined } }, resolve);
    });
  }

  /** One entry for the log, under a key of its own; durable when there is a value. */
  send(send: Send): Promise<Outcome<AckInit>> {
    return new Promise((resolve) => {
      const place = placeOf(send);
      const same = this.#sent.get(place);
      if (same === undefined) this.#sent.set(place, [resolve]);
      else same.push(resolve);
      this.tell({ case: 'send', value: send }, resolve);
    });
  }

  /** What changed since a cursor, in parts; resolves after the last one. */
  sync(sync: SyncInit, take: (part: SyncResultInit) => void): Promise<Outcome<true>> {
    return new Promise((resolve) => {
      this.#syncs.push({ take, settle: resolve });
      this.tell(asTold({ case: 'sync', value: sync }), resolve);
    });
  }

  /** Pushes that were taken so far, and what is held without a gap. */
  received(pushes: number, delivered: readonly UptoInit[]): void {
    this.tell(asTold({ case: 'received', value: { pushes, delivered } }));
  }

  /** A frame that has no answer; where it has one, `refuse` is told when there is none to come. */
  tell(frame: UpFrame, refuse?: (outcome: { readonly problem: Problem }) => void): void {
    if (this.#end === null) this.#connection?.handle(frame);
    else refuse?.({ problem: this.#end });
  }

  heartbeat(): void {
    this.#connection?.heartbeat();
  }

  /** The reader took what was queued. */
  drained(): void {
    this.#connection?.drained();
  }

  /** [AC11] Ends the session, and with it this connection; a value once the session is gone for good. */
  signOut(): Promise<Outcome<object>> {
    return new Promise((resolve) => {
      this.#signingOut.push(resolve);
      this.tell(asTold({ case: 'goodbye', value: { signOut: true } }), resolve);
    });
  }

  /** Ends the connection on purpose, so that no will is passed on (WL2); the session goes on. */
  leave(): void {
    this.tell(asTold({ case: 'goodbye', value: {} }));
    this.lose();
  }

  /** Whoever asked fell silent: to the core the line is lost. */
  lose(): void {
    if (this.#end === null) this.#ended('goodbye', '');
  }

  /** A live entry. A seat for requests alone never syncs and so hears none. */
  protected pushed(_delivery: Delivery): void {}

  /** Markers, typing, memberships, hints. */
  protected heard(_frame: DownFrameInit): void {}

  /** The connection is over; everything that was asked has been told so. */
  protected ended(_problem: Problem): void {}

  /** Bytes that the reader has not taken yet; see `Outbound.queuedBytes`. */
  protected queuedBytes(): number {
    return 0;
  }

  #hear(frame: DownFrameInit): void {
    switch (frame.case) {
      case 'welcome':
        this.#welcomed?.({ value: frame.value });
        this.#welcomed = null;
        return;
      case 'response':
        this.#answered(frame.value);
        return;
      case 'ack':
        this.#sentIs(frame.value, { value: frame.value });
        return;
      case 'refused':
        this.#sentIs(frame.value, { problem: problemOfRefusal(frame.value) });
        return;
      case 'syncResult': {
        const [sync] = this.#syncs;
        sync?.take(frame.value);
        if (frame.value.more === true) return;
        this.#syncs.shift();
        sync?.settle({ value: true });
        return;
      }
      default:
        this.heard(frame);
    }
  }

  #answered({ id = 0, answer }: ResponseInit): void {
    const settle = this.#asked.get(id);
    this.#asked.delete(id);
    if (answer !== undefined) settle?.({ value: answer });
  }

  #sentIs(
    answer: { conversation?: number | undefined; key?: string | undefined },
    outcome: Outcome<AckInit>,
  ): void {
    const place = placeOf(answer);
    const waiting = this.#sent.get(place);
    const settle = waiting?.shift();
    if (waiting?.length === 0) this.#sent.delete(place);
    settle?.(outcome);
  }

  #ended(reason: CloseReason, detail: string): void {
    if (this.#end !== null) return;
    const problem = problemOfEnd(reason, detail);
    this.#end = problem;
    this.#connection?.closed();
    this.#welcomed?.({ problem });
    for (const settle of this.#signingOut.splice(0))
      settle(reason === 'signedOut' ? { value: {} } : { problem });
    for (const { settle } of this.#syncs.splice(0)) settle({ problem });
    for (const settle of this.#asked.values()) settle({ problem });
    for (const settle of [...this.#sent.values()].flat()) settle({ problem });
    this.#asked.clear();
    this.#sent.clear();
    this.ended(problem);
    this.onEnd();
  }
}

function placeOf({
  conversation = 0,
  key = '',
}: {
  conversation?: number | undefined;
  key?: string | undefined;
}): string {
  return `${conversation}/${key}`;
}
