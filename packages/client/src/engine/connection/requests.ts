import type { Clock, Timer } from '@skein/model';
import type { RequestInit, Response, UpFrameInit } from '@skein/protocol';
import { errorFromCode, SkeinError } from '../../api/skein-error.ts';

export type Ask = NonNullable<RequestInit['ask']>;
type AskCase = Ask['case'];
export type Answer = NonNullable<Response['answer']>;

type ValueOf<Case extends Answer['case']> = Extract<Answer, { case: Case }>['value'];

/** After this the server is probed; after the same again the question is given up. */
const ANSWER_TIMEOUT_MS = 20_000;

/** Asking these twice is not the same as asking once. */
const NOT_REPEATABLE: ReadonlySet<AskCase> = new Set([
  'changePassword',
  'createInvitation',
  'refreshSession',
]);

interface Waiting {
  readonly id: number;
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: SkeinError) => void;
  timer: Timer;
  isSent: boolean;
}

export interface RequestsDeps {
  readonly clock: Clock;
  readonly send: (frame: UpFrameInit) => void;
  readonly probe: () => void;
}

/**
 * Questions and their answers. A question may be asked at any time: it leaves when there is a connection, is asked again on
 * the next one when its answer was lost, and ends by itself. Rules QU1–QU3.
 */
export class Requests {
  readonly #deps: RequestsDeps;
  readonly #waiting = new Map<number, Waiting>();
  /** Asks by another way: of the window that has the connection. */
  route: ((ask: Ask) => Promise<Answer>) | null = null;
  #lastId = 0;
  #isOnline = false;
  #isClosed = false;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
  }

  /** Errors: rejects with a SkeinError: the server's refusal, `network.*`, or `client.closed`. */
  ask(ask: Ask): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(new SkeinError('client.closed'));
    if (this.route !== null) return this.route(ask);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const timer = this.#deps.clock.setTimer(ANSWER_TIMEOUT_MS, () => this.#overdue(id));
      const waiting: Waiting = { id, ask, resolve, reject, timer, isSent: false };
      this.#waiting.set(id, waiting);
      if (this.#isOnline) this.#send(waiting);
    });
  }

  /** The same, for a question that has one kind of answer. Errors: as `ask`; `client.protocol` for any other answer. */
  async askFor<Case extends Answer['case']>(expected: Case, ask: Ask): Promise<ValueOf<Case>> {
    const answer = await this.ask(ask);
    if (answer.case !== expected) throw new SkeinError('client.protocol');
    return answer.value as ValueOf<Case>;
  }

  /** [QU1] Everything unanswered is asked on the new connection, in the order it was asked. */
  connected(): void {
    this.#isOnline = true;
    for (const waiting of this.#waiting.values()) this.#send(waiting);
  }

  disconnected(): void {
    this.#isOnline = false;
    for (const waiting of this.#waiting.values()) {
      if (waiting.isSent && NOT_REPEATABLE.has(waiting.ask.case)) {
        this.#end(waiting).reject(new SkeinError('network.timeout'));
      }
    }
  }

  answered(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    if (waiting === undefined) return;
    const { resolve, reject } = this.#end(waiting);
    const { answer } = response;
    if (answer === undefined) reject(new SkeinError('client.protocol'));
    else if (answer.case !== 'failure') resolve(answer);
    else reject(errorFromCode(answer.value.code, answer.value));
  }

  close(): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting.values()) {
      this.#end(waiting).reject(new SkeinError('client.closed'));
    }
  }

  #send(waiting: Waiting): void {
    waiting.isSent = true;
    this.#deps.send({ case: 'request', value: { id: waiting.id, ask: waiting.ask } });
  }

  /** [QU2] First doubt the connection, then give up: the caller must hear something. */
  #overdue(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    if (!this.#isOnline) {
      this.#end(waiting).reject(new SkeinError('network.offline'));
      return;
    }
    this.#deps.probe();
    waiting.timer = this.#deps.clock.setTimer(ANSWER_TIMEOUT_MS, () => {
      this.#end(waiting).reject(new SkeinError(this.#isOnline ? 'network.timeout' : 'network.offline'));
    });
  }

  #end(waiting: Waiting): Waiting {
    waiting.timer.cancel();
    this.#waiting.delete(waiting.id);
    return waiting;
  }
}
