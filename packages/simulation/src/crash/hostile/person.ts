import {
  type DownFrame,
  type HelloInit,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type RequestInit,
  type Response,
  type SyncInit,
  type UpFrameInit,
} from '@skein/protocol';
import { NativeLine } from '../clients/native-line.ts';
import type { WireKind } from '../clients/wire.ts';

type FrameByCase = { readonly [Frame in DownFrame as Frame['case']]: Frame['value'] };

export interface PersonOptions {
  readonly port: number;
  readonly name: string;
  readonly wire?: WireKind;
  readonly heartbeatMs?: number;
  readonly auth?: NonNullable<HelloInit['auth']>;
  readonly sync?: SyncInit;
}

const ANSWER_MS_MAX = 20_000;

/** Somebody with the native protocol and a patience: what they wait for comes, or the test fails. */
export class Person implements Disposable {
  readonly name: string;
  /** Everything heard and not asked for yet. */
  readonly heard: DownFrame[] = [];
  pushes = 0;
  closeCode: number | null = null;
  readonly line: NativeLine;
  #look: () => void = () => undefined;
  readonly #counters = new Map<number, number>();

  constructor({ port, name, wire = 'tcp', heartbeatMs = 0, auth, sync }: PersonOptions) {
    this.name = name;
    const hello: HelloInit = {
      version: PROTOCOL_VERSION,
      versionMin: PROTOCOL_VERSION_MIN,
      installation: `installation-of-${name.padEnd(16, '_')}`,
      deviceKind: 'bot',
      heartbeatMs,
      auth: auth ?? { case: 'dev', value: name },
      sync: sync ?? { conversations: 50, entriesEach: 100 },
    };
    this.line = new NativeLine(
      { wire, port, hello },
      {
        frame: (frame) => {
          if (frame.case === 'push') this.pushes++;
          this.heard.push(frame);
          this.#look();
        },
        ended: (code) => {
          this.closeCode = code;
          this.#look();
        },
      },
    );
  }

  /** Signed in and live. */
  static async arrive(options: PersonOptions): Promise<Person> {
    const person = new Person(options);
    await person.until(`${options.name} is live`, () =>
      person.heard.some((frame) => frame.case === 'syncResult' && !frame.value.more),
    );
    return person;
  }

  all<Case extends DownFrame['case']>(kind: Case): FrameByCase[Case][] {
    return this.heard.flatMap((frame) => (frame.case === kind ? [frame.value as FrameByCase[Case]] : []));
  }

  until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const last = JSON.stringify(this.heard.at(-1)?.case);
        reject(
          new Error(`not within ${ANSWER_MS_MAX} ms: ${what} (closed ${this.closeCode}, heard ${last})`),
        );
      }, ANSWER_MS_MAX);
      this.#look = () => {
        if (!isSo()) return;
        clearTimeout(timer);
        this.#look = () => undefined;
        resolve();
      };
      this.#look();
    });
  }

  ask(ask: NonNullable<RequestInit['ask']>): Promise<NonNullable<Response['answer']>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${ask.case}`)), ANSWER_MS_MAX);
      this.line.request(ask, (answer) => {
        clearTimeout(timer);
        if (answer === undefined) reject(new Error(`an empty answer to ${ask.case}`));
        else resolve(answer);
      });
    });
  }

  async directWith(user: string): Promise<number> {
    const answer = await this.ask({ case: 'createDirect', value: { user } });
    if (answer.case !== 'conversation') throw new Error(`no conversation with ${user}: ${answer.case}`);
    return answer.value.conversation;
  }

  /** Sends the next text without waiting; answers its counter. */
  say(conversation: number, text: string): number {
    const counter = (this.#counters.get(conversation) ?? 0) + 1;
    this.#counters.set(conversation, counter);
    this.tell({ case: 'send', value: { conversation, counter, text } });
    return counter;
  }

  /** Sends, waits for the answer, and says how long it took. */
  async sayAndWait(
    conversation: number,
    text: string,
  ): Promise<{ tookMs: number; seq: number; code: string }> {
    const startedAtMs = performance.now();
    const counter = this.say(conversation, text);
    const isAnswer = (frame: DownFrame) =>
      (frame.case === 'ack' || frame.case === 'refused') &&
      frame.value.conversation === conversation &&
      frame.value.counter === counter;
    await this.until(`an answer to ${counter}`, () => this.heard.some(isAnswer));
    const answer = this.heard.find(isAnswer);
    const tookMs = performance.now() - startedAtMs;
    if (answer?.case === 'ack') return { tookMs, seq: answer.value.seq, code: '' };
    // What was refused for now keeps its counter.
    if (answer?.case === 'refused') {
      this.#counters.set(conversation, counter - 1);
      this.heard.splice(this.heard.indexOf(answer), 1);
      return { tookMs, seq: 0, code: answer.value.code };
    }
    throw new Error('unreachable: the answer was just there');
  }

  tell(frame: UpFrameInit): void {
    this.line.send(frame);
  }

  acknowledge(): void {
    this.tell({ case: 'received', value: { pushes: this.pushes } });
  }

  [Symbol.dispose](): void {
    this.line.destroy();
  }
}
