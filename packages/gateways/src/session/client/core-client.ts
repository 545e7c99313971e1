import type { Delivery, Peer } from '@skein/core';
import { type Clock, ENTRY_KIND, isRefusalCode, REFUSALS, type Refusal, refuse } from '@skein/model';
import {
  type CloseReason,
  type ConversationState,
  type DownFrame,
  type DownFrameInit,
  type HelloInit,
  type HistoryInit,
  type LogEntry,
  type Marker,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  type RequestInit,
  type Response,
  Role,
  type SendInit,
  type SyncResult,
  type Typing,
  type UpFrame,
  type UpFrameInit,
  type Welcome,
} from '@skein/protocol';
import type { CoreConnection, CoreDoor } from '../core-door.ts';
import { asHeard, asTold } from './as-told.ts';
import { EntryOrder, type ToldEntry } from './entry-order.ts';
import { PendingSends, type Sent } from './pending-sends.ts';
import { People } from './people.ts';

export type Ask = NonNullable<RequestInit['ask']>;
export type Answer = Exclude<NonNullable<Response['answer']>, { case: 'failure' }>;
export type HelloFrame = Extract<UpFrame, { case: 'hello' }>;

/** The connection is over, or was never let in. */
export interface Ended {
  readonly outcome: 'ended';
  readonly reason: CloseReason;
  /** A refusal's code where there is one. */
  readonly detail: string;
}

export type SignedIn = { readonly outcome: 'signed-in'; readonly welcome: Welcome } | Ended;

export interface CoreClientDeps {
  readonly core: CoreDoor;
  readonly clock: Clock;
  readonly peer: Peer;
  /** A random string of at most 64 characters, for what is sent without a name of its own. */
  readonly newKey: () => string;
}

/** What a gateway hears. Called from within the core's turn: it queues bytes and returns. */
export interface CoreClientEvents {
  /** [CN3] Each entry of each conversation once, in seq order: also one's own, also those sent here. */
  entry(conversation: number, entry: ToldEntry, live: Delivery | null): void;
  /** A conversation that is new or has changed; with `role` unspecified one that this user has left. */
  conversation(state: ConversationState): void;
  marker(marker: Marker): void;
  typing(typing: Typing): void;
  /** Frames that this class has nothing to do with. */
  other(frame: DownFrame): void;
  /** Told once, and nothing after it. */
  ended(ended: Ended): void;
  /** Bytes that wait for the peer: above the core's budget entries wait in the log instead (DL2). */
  queuedBytes(): number;
  /** Behind which seq of a conversation the peer wants entries; its head for nothing of what is there already. */
  positionOf(state: ConversationState): number;
}

/** Answers that say "later" are asked for again after this, where they do not say when. */
const RETRY_MS = 1_000;

/**
 * One connection to the core for a gateway whose protocol is not made of frames: questions and sends answer as promises,
 * entries come in order and without gaps (rules CN1–CN6). No promise rejects for what a peer does or a server lacks.
 */
export class CoreClient {
  readonly people: People;
  readonly #deps: CoreClientDeps;
  readonly #events: CoreClientEvents;
  readonly #order: EntryOrder;
  readonly #sends = new PendingSends<Ended>();
  readonly #asked = new Map<number, (answer: Answer | Refusal | Ended) => void>();
  readonly #connection: CoreConnection;
  #asks = 0;
  #pushes = 0;
  #acknowledged = 0;
  #cursor = { epoch: '', cursor: 0 };
  #welcome: Welcome | null = null;
  #ended: Ended | null = null;
  #signIn: ((result: SignedIn) => void) | null = null;
  #isSyncAwaited = true;
  #followed: (() => void)[] = [];

  /** Connects at once: the core's time to sign in runs from here. It may end the connection before this returns. */
  constructor(deps: CoreClientDeps, events: CoreClientEvents) {
    this.#deps = deps;
    this.#events = events;
    this.people = new People((numbers) => this.#findPeople(numbers));
    this.#order = new EntryOrder({
      emit: (conversation, entry, live) => events.entry(conversation, entry, live),
      history: (ask) => this.#history(ask),
    });
    this.#connection = deps.core.connect(deps.peer, {
      send: (frame) => this.#hear(frame),
      push: (delivery) => this.#pushed(delivery),
      queuedBytes: () => events.queuedBytes(),
      close: (reason, detail = '') => this.#end({ outcome: 'ended', reason, detail }),
    });
  }

  /** The user's number; 0 before the sign-in. */
  get me(): number {
    return this.#welcome?.me?.number ?? 0;
  }

  get isOpen(): boolean {
    return this.#ended === null;
  }

  get isSignedIn(): boolean {
    return this.isOpen && this.#welcome !== null;
  }

  /** No entry is missing, as far as has been told. */
  get isCaughtUp(): boolean {
    return this.#order.isCaughtUp;
  }

  /** [CN1] Says hello and answers when the first sync is through, or with `sync: undefined` at once; see `follow`. `admit` hands the frame over in another way. */
  signIn(
    hello: HelloInit,
    admit = (connection: CoreConnection, frame: HelloFrame): void => connection.handle(frame),
  ): Promise<SignedIn> {
    return new Promise((resolve) => {
      this.#signIn = resolve;
      const versions = { version: PROTOCOL_VERSION, versionMin: PROTOCOL_VERSION_MIN };
      const frame = asTold({ case: 'hello', value: { ...versions, sync: {}, ...hello } });
      this.#isSyncAwaited = frame.case === 'hello' && frame.value.sync !== undefined;
      if (this.#ended === null) admit(this.#connection, frame as HelloFrame);
      else resolve(this.#ended);
    });
  }

  /** [CN1] The first sync of a sign-in that did without: from here on entries are told. Resolves when it is through. */
  follow(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended !== null) {
        resolve();
        return;
      }
      this.#followed.push(resolve);
      this.tell({ case: 'sync', value: this.#cursor });
    });
  }

  /** [CN2] One question, one answer. */
  ask(ask: Ask): Promise<Answer | Refusal | Ended> {
    return new Promise((resolve) => {
      const id = ++this.#asks;
      if (this.#ended !== null) {
        resolve(this.#ended);
        return;
      }
      this.#asked.set(id, resolve);
      this.tell({ case: 'request', value: { id, ask } });
    });
  }

  /** [CN7] A question of the gateway's own, without whose answer it would tell what is not so: asked again while it is told "later". */
  async askUntilAnswered(ask: Ask): Promise<Answer | Refusal | Ended> {
    for (;;) {
      const answer = await this.ask(ask);
      if ('case' in answer || answer.outcome === 'ended' || !REFUSALS[answer.code].retryable) return answer;
      await this.#pause(answer.retryAfterMs ?? RETRY_MS);
    }
  }

  /** [CN4] One entry for the log, stored when this resolves `stored`. Without a key it gets a random one. */
  send(send: Omit<SendInit, 'counter'>): Promise<Sent | Refusal | Ended> {
    return new Promise((resolve) => {
      if (this.#ended !== null) {
        resolve(this.#ended);
        return;
      }
      const frame = asTold({ case: 'send', value: { ...send, key: send.key ?? this.#deps.newKey() } });
      if (frame.case === 'send') this.#sends.add(frame.value, resolve);
      this.#connection.handle(frame);
    });
  }

  /** The one direct conversation with somebody, made when it is missing. */
  async direct(user: string): Promise<ConversationState | Refusal | Ended> {
    const answer = await this.ask({ case: 'createDirect', value: { user } });
    if ('outcome' in answer) return answer;
    return answer.case === 'conversation' ? answer.value : refuse('request.invalid');
  }

  /** A frame that has no answer: read, typing, goodbye. */
  tell(frame: UpFrameInit): void {
    if (this.#ended === null) this.#connection.handle(asTold(frame));
  }

  /** [CN5] All that was told so far has reached the peer. `delivered` moves the user's delivered markers. */
  acknowledge(delivered: readonly { readonly conversation: number; readonly seq: number }[] = []): void {
    if (this.#pushes === this.#acknowledged && delivered.length === 0) return;
    this.#acknowledged = this.#pushes;
    this.tell({ case: 'received', value: { pushes: this.#pushes, delivered } });
  }

  /** The peer shows that it is there. */
  heartbeat(): void {
    if (this.#ended === null) this.#connection.heartbeat();
  }

  /** The peer took what was queued. */
  drained(): void {
    if (this.#ended === null) this.#connection.drained();
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#ended !== null) return;
    this.#connection.closed();
    this.#end({ outcome: 'ended', reason: 'goodbye', detail: '' });
  }

  /** The peer broke its protocol: the core counts it and ends the connection. */
  violated(reason: CloseReason, detail: string): void {
    if (this.#ended === null) this.#connection.violated(reason, detail);
  }

  #pushed(delivery: Delivery): void {
    this.#pushes++;
    this.#order.told(delivery.entry.conversation, delivery.entry, delivery);
  }

  #hear(frame: DownFrameInit): void {
    // The only frame of the hot path; everything else is rare enough to go through the encoding.
    if (frame.case === 'ack') {
      const entry = this.#sends.acked(frame.value, this.me);
      if (entry !== null) this.#order.told(frame.value.conversation ?? 0, entry, null);
      return;
    }
    const heard = asHeard(frame);
    switch (heard.case) {
      case 'welcome':
        this.#welcome = heard.value;
        if (heard.value.me !== undefined) this.people.meet([heard.value.me]);
        if (!this.#isSyncAwaited) this.#admitted();
        return;
      case 'syncResult':
        this.#synced(heard.value);
        return;
      case 'response':
        this.#answered(heard.value);
        return;
      case 'refused':
        this.#sends.refused(heard.value);
        return;
      case 'head':
        this.#order.grew(heard.value.conversation, heard.value.seq);
        return;
      case 'membership':
        this.people.meet(heard.value.users);
        if (heard.value.state !== undefined) this.#learn(heard.value.state);
        return;
      case 'resync':
        this.tell({ case: 'sync', value: this.#cursor });
        return;
      case 'marker':
        this.#events.marker(heard.value);
        return;
      case 'typing':
        this.#events.typing(heard.value);
        return;
      default:
        this.#events.other(heard);
    }
  }

  #synced(result: SyncResult): void {
    this.people.meet(result.users);
    for (const state of result.changed) this.#learn(state);
    if (result.more) return;
    this.#cursor = { epoch: result.epoch, cursor: result.cursor };
    this.#admitted();
    const followed = this.#followed;
    this.#followed = [];
    for (const resolve of followed) resolve();
  }

  #admitted(): void {
    const welcome = this.#welcome;
    if (welcome !== null) this.#signIn?.({ outcome: 'signed-in', welcome });
    this.#signIn = null;
  }

  #learn(state: ConversationState): void {
    const { conversation, head, role } = state;
    this.#events.conversation(state);
    if (this.#order.heldOf(conversation) === undefined) {
      this.#order.follow(conversation, Math.min(head, this.#events.positionOf(state)));
    }
    for (const entry of state.entries) this.#order.told(conversation, withKind(entry), null);
    this.#order.grew(conversation, head);
    // What came before this user left is still theirs to see; nothing comes after it.
    if (role === Role.unspecified) this.#order.leave(conversation);
  }

  #answered({ id, answer }: Response): void {
    const settle = this.#asked.get(id);
    this.#asked.delete(id);
    if (answer?.case === 'conversation') this.#learn(answer.value);
    if (answer?.case === 'users' || answer?.case === 'history') this.people.meet(answer.value.users);
    if (answer === undefined) settle?.(refuse('request.unknown'));
    else settle?.(answer.case === 'failure' ? refusalOf(answer.value) : answer);
  }

  async #history(ask: HistoryInit): Promise<readonly ToldEntry[] | null> {
    const answer = await this.askUntilAnswered({ case: 'history', value: ask });
    return 'case' in answer && answer.case === 'history' ? answer.value.entries.map(withKind) : null;
  }

  async #findPeople(numbers: readonly number[]): Promise<readonly { number: number; id: string }[]> {
    const answer = await this.askUntilAnswered({ case: 'findUsers', value: { numbers } });
    return 'case' in answer && answer.case === 'users' ? answer.value.users : [];
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.clock.setTimer(delayMs, resolve);
    });
  }

  #end(ended: Ended): void {
    if (this.#ended !== null) return;
    this.#ended = ended;
    this.#signIn?.(ended);
    this.#signIn = null;
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const settle of asked) settle(ended);
    this.#sends.endAll(ended);
    for (const resolve of this.#followed) resolve();
    this.#followed = [];
    this.#events.ended(ended);
  }
}

/** At rest, a message's kind is left out. */
function withKind(entry: LogEntry): ToldEntry {
  return entry.kind === 0 ? { ...entry, kind: ENTRY_KIND.message } : entry;
}

function refusalOf({
  code,
  retryAfterMs,
  limit,
}: {
  code: string;
  retryAfterMs: number;
  limit: number;
}): Refusal {
  return refuse(isRefusalCode(code) ? code : 'request.invalid', {
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    ...(limit > 0 ? { limit } : {}),
  });
}
