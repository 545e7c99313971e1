import type { Timer } from '@skein/model';
import type { Acts } from '../engine/acts.ts';
import type { Answer } from '../engine/connection/requests.ts';
import type { Engine } from '../engine/engine.ts';
import type { CacheStore, OutboxRow } from '../engine/ports/cache-store.ts';
import type { Leader } from '../engine/ports/windows.ts';
import { forget } from './forget.ts';
import { mirrorBatch, mirrorTold } from './mirror.ts';
import type { WindowPlace } from './seat.ts';
import type { SharedOutbox } from './shared-outbox.ts';
import type { Word } from './window-words.ts';

/** A leader that does not even say that it heard is frozen, or gone without the browser noticing. */
const SILENCE_MS_MAX = 3_000;
/** A visible window looks this often whether there is still somebody. */
const LOOK_MS = 5_000;
const CONNECTING = { phase: { name: 'connecting' }, failures: 0 } as const;
const SIGNED_OUT = { phase: { name: 'blocked', code: 0, reason: 'auth.required' }, failures: 0 } as const;
const PAUSED = { phase: { name: 'paused' }, failures: 0 } as const;
/** Asking again could do it twice. */
const ONCE: readonly string[] = ['changePassword', 'createInvitation'];

interface Call {
  readonly name: string;
  readonly of: readonly unknown[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  silence: Timer | null;
}

/** Follows: shows what the leader has, has it do everything, and takes its place when it goes away. */
export class FollowingWindow implements Leader {
  readonly #place: WindowPlace;
  readonly #engine: Engine;
  readonly #shared: SharedOutbox;
  readonly #tookOver: () => void;
  readonly #name: string;
  readonly #calls = new Map<number, Call>();
  // Sends that are not in the store yet, by order.
  readonly #submitting = new Map<number, Promise<void>>();
  // Texts that the leader has not written back yet.
  readonly #drafts = new Map<string, string | null>();
  #early: Word[] | null = [];
  #store: CacheStore | null = null;
  #lastCall = 0;
  #look: Timer | null = null;
  #isOver = false;
  // The person has signed out: a window that takes over does not sign in again.
  #isEnded = false;

  constructor(place: WindowPlace, shared: SharedOutbox, tookOver: () => void) {
    this.#place = place;
    this.#engine = place.engine;
    this.#shared = shared;
    this.#tookOver = tookOver;
    this.#name = place.random.bytes(12).join('-');
  }

  /** Shows what the store has, and from then on what the leader tells. `unstored`: what only this window has. */
  async start(unstored: readonly OutboxRow[]): Promise<void> {
    const { parts } = this.#engine;
    this.#engine.leader = this;
    parts.outbox.slot = 1 + Math.floor(this.#place.random.fraction() * 998);
    // One that led until now has a connection.
    if (parts.connection.state.phase.name !== 'idle') parts.connection.pause();
    parts.writer.mute();
    parts.requests.route = (ask) => this.act('ask', [ask]) as Promise<Answer>;
    this.#place.channel.onmessage = ({ data }) => this.#heard(data as Word);
    void this.#place.take({}).then((isOurs) => (isOurs ? this.#takeOver() : undefined));
    for (const row of unstored) this.#submitAnew(row);
    await this.#show();
    this.#mirror(CONNECTING);
    this.#say({ say: 'hello', from: this.#name });
    this.#lookLater();
  }

  stop(): void {
    this.#isOver = true;
    this.#look?.cancel();
    for (const id of this.#calls.keys()) this.#end(id)?.reject(new this.#place.SkeinError('client.closed'));
    void this.#store?.close();
  }

  act(name: string, of: readonly unknown[]): Promise<unknown> {
    const { acts } = this.#engine;
    // [WN4] Shows here at once.
    if (name === 'read') acts.read(...(of as Parameters<Acts['read']>));
    if (name === 'draft') {
      const [to, text] = of as Parameters<Acts['draft']>;
      this.#drafts.set(to, text);
      acts.draft(to, text);
    }
    if (name === 'retry' && this.#retryHere(of[0] as number)) return Promise.resolve();
    return this.#call(name, of);
  }

  submit(row: OutboxRow): void {
    const added = this.#shared.add(row).then(
      () => void this.#call('submitted', []).catch(() => undefined),
      (error: unknown) => {
        this.#engine.log('error', 'a message could not be stored on this device', error);
        const { model, outbox } = this.#engine.parts;
        model.together(() => outbox.mirror({ ...row, refusal: 'client.store_full' }, 'refused'));
      },
    );
    const done = added.then(() => void this.#submitting.delete(row.order));
    this.#submitting.set(row.order, done);
  }

  /** Whoever is looked at notices a leader that is frozen. */
  #lookLater(): void {
    this.#look = this.#place.clock.setTimer(LOOK_MS, () => {
      if (globalThis.document?.visibilityState !== 'hidden')
        void this.#call('look', []).catch(() => undefined);
      if (!this.#isOver) this.#lookLater();
    });
  }

  // ── calls ──

  #call(name: string, of: readonly unknown[]): Promise<unknown> {
    if (this.#isOver) return this.#instead(name, of);
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { name, of, resolve, reject, silence: null });
      this.#post(id);
    });
  }

  /** After this window took over. */
  #instead(name: string, of: readonly unknown[]): Promise<unknown> {
    if (this.#engine.leader === this) return Promise.reject(new this.#place.SkeinError('client.closed'));
    if (name === 'submitted') return Promise.resolve();
    return Promise.resolve(this.#engine.act(name as never, ...(of as never)));
  }

  #post(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    const { name, of } = call;
    this.#say({ say: 'act', from: this.#name, call: id, name, of });
    call.silence?.cancel();
    call.silence = this.#place.clock.setTimer(
      SILENCE_MS_MAX,
      () => void this.#place.take({ steal: true }).then(() => this.#takeOver()),
    );
  }

  #end(id: number): Call | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    call.silence?.cancel();
    return call;
  }

  #say(word: Word): void {
    this.#place.channel.postMessage(word);
  }

  /** What was never stored was never sent, and its counter may be somebody else's by now. */
  #submitAnew(row: OutboxRow): void {
    const anew = { ...row, counter: 0, device: 0, afterSeq: 0, refusal: '' } as OutboxRow;
    const { model, outbox } = this.#engine.parts;
    model.together(() => outbox.mirror(anew, 'kept'));
    this.submit(anew);
  }

  /** A send that never reached the store is not known anywhere else. */
  #retryHere(order: number): boolean {
    const row = this.#engine.parts.outbox.rows().find((one) => one.order === order);
    if (row?.refusal !== 'client.store_full') return false;
    this.#submitAnew(row);
    return true;
  }

  // ── what the leader says ──

  #heard(word: Word): void {
    if (this.#isOver) return;
    if (this.#early !== null && (word.say === 'told' || word.say === 'state'))
      return void this.#early.push(word);
    if ('to' in word && word.to !== this.#name) return;
    switch (word.say) {
      case 'lead':
        this.#say({ say: 'hello', from: this.#name });
        for (const id of this.#calls.keys()) this.#post(id);
        return;
      case 'heard': {
        this.#calls.get(word.call)?.silence?.cancel();
        return;
      }
      case 'done':
        return this.#end(word.call)?.resolve(word.result);
      case 'refused':
        return this.#end(word.call)?.reject(new this.#place.SkeinError(word.code, word));
      case 'state':
        return this.#isEnded ? undefined : this.#mirror(word.connection);
      case 'told':
        return this.#told(word);
      case 'ended':
        this.#isEnded = true;
        if (word.wipe) forget(this.#engine.parts);
        return this.#mirror(SIGNED_OUT);
      default:
        return; // Another window that follows.
    }
  }

  #told({ batch, told, connection }: Extract<Word, { say: 'told' }>): void {
    const { parts } = this.#engine;
    parts.model.together(() => {
      if (batch !== null) mirrorBatch(parts, batch, (to, text) => this.#isOwnDraft(to, text));
      mirrorTold(parts, told);
      if (!this.#isEnded && JSON.stringify(connection) !== JSON.stringify(this.#connection))
        this.#mirror(connection);
    });
  }

  get #connection() {
    const { phase, failures } = this.#engine.parts.connection.state;
    return { phase, failures };
  }

  #mirror(state: Pick<Engine['parts']['connection']['state'], 'phase' | 'failures'>): void {
    const { connection, outbox } = this.#engine.parts;
    outbox.isLedOnline = state.phase.name === 'online' || state.phase.name === 'catching-up';
    connection.mirror(state);
  }

  #isOwnDraft(to: string, text: string | null): boolean {
    const own = this.#drafts.get(to);
    if (own === undefined) return false;
    if (own === text) this.#drafts.delete(to);
    return true;
  }

  async #show(): Promise<void> {
    try {
      this.#store = await this.#shared.reader();
      this.#engine.parts.logs.attach(this.#store);
      await this.#read(this.#store);
    } catch (error) {
      this.#engine.log('error', 'the store of this device cannot be read', error);
    }
    const early = this.#early ?? [];
    this.#early = null;
    this.#engine.parts.model.together(() => {
      for (const word of early) this.#heard(word);
    });
  }

  /** Memory as the store has it; sends that are not in it yet stay, and what is in it no more was answered. */
  async #read(store: CacheStore): Promise<void> {
    const { parts } = this.#engine;
    const { model, outbox } = parts;
    const snapshot = await store.load();
    model.together(() => {
      mirrorBatch(parts, { ...snapshot, clear: false, entries: [] }, (to, text) =>
        this.#isOwnDraft(to, text),
      );
      const stored = new Set(snapshot.outbox.map(({ order }) => order));
      for (const row of outbox.rows()) {
        // With a counter it can be sent again: the server knows it by that.
        const isKept = stored.has(row.order) || this.#submitting.has(row.order) || row.counter !== 0;
        if (!isKept && row.refusal === '') outbox.mirror(row, 'stored');
      }
      for (const row of snapshot.outbox) outbox.mirror(row, 'kept');
      outbox.load([], snapshot.counters, model.me.device);
    });
  }

  // ── taking over ──

  /** [WN6] The store first: from then on nobody else writes, and so nobody else sends. */
  async #takeOver(): Promise<void> {
    if (this.#isOver) return;
    const { parts } = this.#engine;
    const [store] = await this.#engine.open();
    await Promise.all(this.#submitting.values());
    await this.#read(store);
    this.#isOver = true;
    this.#look?.cancel();
    void this.#store?.close();
    this.#engine.leader = null;
    parts.requests.route = null;
    parts.outbox.isLedOnline = false;
    parts.outbox.slot = 0;
    this.#engine.attach(store);
    for (const row of parts.outbox.rows()) parts.writer.outbox(row);
    for (const row of parts.model.conversations()) {
      if (row.localRead.seq > row.read.seq) parts.writer.conversation(row);
    }
    for (const [to, text] of this.#drafts) this.#engine.acts.draft(to, text);
    parts.connection.mirror(this.#isEnded ? SIGNED_OUT : PAUSED);
    parts.connection.resume();
    this.#tookOver();
    for (const id of this.#calls.keys()) this.#doHere(id);
  }

  #doHere(id: number): void {
    const call = this.#end(id);
    if (call === undefined) return;
    const [ask] = call.of as readonly { readonly case?: string }[];
    if (call.name === 'ask' && ONCE.includes(ask?.case ?? '')) {
      return call.reject(new this.#place.SkeinError('network.timeout'));
    }
    this.#instead(call.name, call.of).then(call.resolve, call.reject);
  }
}
