import type { Connection, Core, Delivery, Outbound, Peer, Proof } from '@skein/core';
import { assert } from '@skein/model';
import {
  type CloseReason,
  type ConversationState,
  type DownFrame,
  type DownFrameInit,
  decodeMessage,
  encodeDown,
  encodeMessage,
  type HelloInit,
  type RequestInit,
  readDownFrame,
  readUpFrame,
  type Tokens,
  type UpFrameInit,
  type Welcome,
  writeDownFrame,
  writeUpFrame,
} from '@skein/protocol';
import { settle } from '../manual-clock.ts';

type ValueOf<Case extends DownFrame['case']> = Extract<DownFrame, { case: Case }>['value'];
type Ask = NonNullable<RequestInit['ask']>;
type AnswerOf = NonNullable<ValueOf<'response'>['answer']>;

const FROM_HERE: Peer = { gateway: 'test', address: '127.0.0.1', isLoopback: true, isSecure: false };

/** One connection to a core and everything it was told, each frame as it comes out of the codec. */
export class TestPeer implements Outbound {
  readonly connection: Connection;
  readonly told: DownFrame[] = [];
  closed: { readonly reason: CloseReason; readonly detail: string } | null = null;
  #queuedBytes = 0;
  #isStalled = false;
  #requestCount = 0;
  readonly #counters = new Map<number, number>();

  constructor(core: Core, peer: Partial<Peer> = {}) {
    this.connection = core.connect({ ...FROM_HERE, ...peer }, this);
  }

  // ── as the core sees it ──────────────────────────────────────────────────────────────────────────────────────────

  send(frame: DownFrameInit): void {
    if (this.closed !== null) return;
    if (this.#isStalled) this.#queuedBytes += encodeDown(frame).length;
    const decoded = decodeMessage(readDownFrame, encodeMessage(writeDownFrame, frame));
    assert(decoded !== undefined, 'the core sends only frames of this version');
    this.told.push(decoded);
  }

  push(delivery: Delivery): void {
    const { conversation, sender, seq, timeMs, ordinal, kind, target, body } = delivery.entry;
    this.send({ case: 'push', value: { conversation, sender, seq, timeMs, ordinal, kind, target, body } });
  }

  queuedBytes(): number {
    return this.#queuedBytes;
  }

  close(reason: CloseReason, detail = ''): void {
    this.closed ??= { reason, detail };
  }

  // ── as its user does ─────────────────────────────────────────────────────────────────────────────────────────────

  say(frame: UpFrameInit): void {
    const decoded = decodeMessage(readUpFrame, encodeMessage(writeUpFrame, frame));
    assert(decoded !== undefined, 'tests speak this version');
    this.connection.handle(decoded);
  }

  async hello(hello: HelloInit): Promise<void> {
    this.say({
      case: 'hello',
      value: { version: 1, versionMin: 1, installation: 'installation-of-a-test', ...hello },
    });
    await settle();
  }

  /** As a gateway that has proven its peer. */
  async helloProven(hello: HelloInit, proof: Proof): Promise<void> {
    const value = { version: 1, versionMin: 1, ...hello };
    const decoded = decodeMessage(readUpFrame, encodeMessage(writeUpFrame, { case: 'hello', value }));
    assert(decoded?.case === 'hello', 'it was encoded as one');
    this.connection.handleProven(decoded.value, proof);
    await settle();
  }

  /** Sends a text with this peer's next counter there, and waits until everybody has heard. */
  async text(conversation: number, text: string): Promise<void> {
    this.say({ case: 'send', value: { conversation, counter: this.nextCounter(conversation), text } });
    await settle();
  }

  nextCounter(conversation: number): number {
    const counter = (this.#counters.get(conversation) ?? 0) + 1;
    this.#counters.set(conversation, counter);
    return counter;
  }

  /** Asks and answers what came back. */
  async ask(ask: Ask): Promise<AnswerOf> {
    const id = ++this.#requestCount;
    this.say({ case: 'request', value: { id, ask } });
    await settle();
    const answers = this.all('response').filter((response) => response.id === id);
    assert(answers.length === 1, `a request has one answer, this one has ${answers.length}`);
    const answer = answers[0]?.answer;
    assert(answer !== undefined, 'an answer says something');
    return answer;
  }

  async createDirect(user: string): Promise<ConversationState> {
    return stateIn(await this.ask({ case: 'createDirect', value: { user } }));
  }

  async createGroup(users: readonly string[], title = 'Arden'): Promise<ConversationState> {
    const key = `group-${this.#requestCount}`;
    return stateIn(await this.ask({ case: 'createGroup', value: { key, title, users } }));
  }

  /** The socket takes nothing from now on. */
  stall(): void {
    this.#isStalled = true;
  }

  /** The socket takes everything that waits, and what comes. */
  drain(): void {
    this.#isStalled = false;
    this.#queuedBytes = 0;
    this.connection.drained();
  }

  /** The socket takes what waits, and stalls again. */
  takeSome(): void {
    this.#queuedBytes = 0;
    this.connection.drained();
  }

  /** The socket took what waits, and nobody was told yet. */
  takeUnnoticed(): void {
    this.#queuedBytes = 0;
  }

  /** The socket breaks. */
  cut(): void {
    this.closed ??= { reason: 'internal', detail: 'cut by the test' };
    this.connection.closed();
  }

  // ── what it was told ─────────────────────────────────────────────────────────────────────────────────────────────

  all<Case extends DownFrame['case']>(kind: Case): ValueOf<Case>[] {
    return this.told.filter((frame) => frame.case === kind).map((frame) => frame.value as ValueOf<Case>);
  }

  last<Case extends DownFrame['case']>(kind: Case): ValueOf<Case> {
    const value = this.all(kind).at(-1);
    assert(value !== undefined, `no ${kind} was told`);
    return value;
  }

  /** Forgets what was told so far. */
  forget(): void {
    this.told.length = 0;
  }

  get welcome(): Welcome {
    return this.last('welcome');
  }

  get tokens(): Tokens {
    const { tokens } = this.welcome;
    assert(tokens !== undefined, 'this sign-in brought tokens');
    return tokens;
  }
}

function stateIn(answer: AnswerOf): ConversationState {
  assert(answer.case === 'conversation', `a conversation was expected, not ${JSON.stringify(answer)}`);
  return answer.value;
}
