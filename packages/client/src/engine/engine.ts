import {
  type ConversationId,
  conversationId,
  ENTRY_KIND,
  type Seq,
  seq,
  type UserNumber,
} from '@skein/model';
import { type DownFrame, type Welcome, type ConversationState as WireState } from '@skein/protocol';
import type { Outgoing } from '../api/message.ts';
import { SkeinError } from '../api/skein-error.ts';
import { type Acts, actsOf } from './acts.ts';
import { endsSession } from './connection/close-meaning.ts';
import { type ConnectionState, isSignedIn } from './connection/connection-machine.ts';
import { Credentials, type StoredTokens } from './connection/credentials.ts';
import { KEPT_VALUES, storeTokens } from './connection/session.ts';
import { assemble, type EngineDeps, type EngineHost, type EngineParts } from './engine-parts.ts';
import type { Changes } from './model/changes.ts';
import { type DirectOpener, directOpener } from './outbox/direct-opener.ts';
import type { OutboxDraft } from './outbox/outbox-deps.ts';
import { bodyOf } from './outbox/send-frame.ts';
import {
  type CacheSnapshot,
  type CacheStore,
  CacheTakenError,
  type ConversationRow,
  type EntryRow,
  type OutboxRow,
} from './ports/cache-store.ts';
import type { LogSink } from './ports/log-sink.ts';
import type { Leader } from './ports/windows.ts';
import type { SyncKind } from './sync/catch-up.ts';
import { containsSeq } from './sync/range-set.ts';

/** Live entries after which the cursor is moved forward, so that the next reconnect need not bring them again. */
const ENTRIES_PER_CURSOR = 500;
/** Enough for the line under a conversation's name, whatever its newest entries are. */
const PREVIEW_ENTRIES = 20;

/** The client without a host: everything between the wire, the store of the device and the screen. */
export class Engine {
  readonly parts: EngineParts;
  readonly acts: Acts;
  /** Null: this window leads, as any that is alone does. */
  leader: Leader | null = null;
  /** Hears of everything that changed, for the other windows. */
  told: ((changes: Changes) => void) | null = null;
  readonly #deps: EngineDeps;
  readonly #directs: DirectOpener;
  readonly #previewed = new Set<ConversationId>();
  #store: CacheStore | null = null;
  #user: string | null;
  #started: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;
  #wasSignedIn = false;
  #entriesSinceCursor = 0;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#user = Credentials.userOf(deps.auth);
    const committed = (changes: Changes) => {
      deps.committed(changes);
      this.told?.(changes);
    };
    this.parts = assemble({ ...deps, committed }, this.#host());
    this.acts = actsOf(this);
    this.#directs = directOpener(this, deps.clock);
  }

  get log(): LogSink {
    return this.#deps.log;
  }

  // ── life ──

  /** Opens the store, shows what it has, and connects. Never rejects. */
  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  /** Writes everything down and lets go of the network and the store; the second call waits for the first. */
  stop({ wipe = false }: { readonly wipe?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#stop(wipe);
    return this.#stopped;
  }

  /** [CL12] Ends the session at the server, as far as it can be reached, and on this device in any case. */
  async signOut(wipe: boolean): Promise<void> {
    await this.act('endSession', wipe);
    await this.#deps.cache.rememberUser(null);
    await this.stop({ wipe });
  }

  async endSession(): Promise<void> {
    const { connection, credentials, reads } = this.parts;
    reads.tell();
    await this.flush();
    connection.send({ case: 'goodbye', value: { signOut: true } });
    credentials.forget();
  }

  flush(): Promise<void> {
    return this.parts.writer.flush().catch(() => undefined);
  }

  // ── what people do ──

  send(to: string, outgoing: Outgoing): OutboxRow {
    const { model, typing } = this.parts;
    const address = this.#addressOf(to);
    if (address !== null) typing.sent(address.conversation);
    const body = bodyOf(outgoing, (user) => model.numberOf(user));
    return this.change({ to, kind: ENTRY_KIND.message, target: seq(0), body });
  }

  /** Does it here, or has the window that leads do it. */
  act<Name extends keyof Acts>(name: Name, ...of: Parameters<Acts[Name]>): ReturnType<Acts[Name]> {
    const { leader, acts } = this;
    const here = acts[name] as (...of: unknown[]) => unknown;
    return (leader === null ? here(...of) : leader.act(name, of)) as ReturnType<Acts[Name]>;
  }

  /** Queues any entry: a message, or something that changes one. */
  change(draft: OutboxDraft): OutboxRow {
    let row: OutboxRow | null = null;
    this.parts.model.together(() => {
      row = this.parts.outbox.add(draft);
    });
    if (row === null) throw new SkeinError('client.closed');
    this.leader?.submit(row);
    return row;
  }

  /** Creates a group and returns its public id. Errors: rejects with a SkeinError. */
  async createGroup(title: string, users: readonly string[], open: boolean): Promise<string> {
    const key = Array.from(this.#deps.random.bytes(12), (byte) => byte.toString(36)).join('');
    const ask = { case: 'createGroup', value: { key, title, users, open } } as const;
    const state = await this.parts.requests.askFor('conversation', ask);
    this.took(state);
    return String(state.conversation);
  }

  /** Fetches what a list of conversations needs to show this one, once per connection. */
  wantPreview(number: ConversationId): void {
    const row = this.parts.model.conversation(number);
    if (row === undefined || row.head < row.first || containsSeq(row.held, row.head)) return;
    if (!this.parts.connection.isSignedIn || this.#previewed.has(number)) return;
    this.#previewed.add(number);
    const range = { conversation: number, from: row.first, to: row.head };
    this.parts.holes.fetch(range, { limit: PREVIEW_ENTRIES }).catch((error: unknown) => {
      this.#previewed.delete(number);
      this.#deps.log('debug', 'a preview was not fetched', error);
    });
  }

  // ── parts of the host ──

  async #start(): Promise<void> {
    const { connection } = this.parts;
    const { cache, windows, auth } = this.#deps;
    this.#user ??= await cache.lastUser();
    const isTyped = 'password' in auth || 'register' in auth;
    if (this.#user !== null && (await windows?.join(this, this.#user, isTyped)) === false) return;
    const [store, snapshot] = await this.open();
    // Timelines that are open already read what the snapshot says is there.
    this.parts.logs.attach(store);
    this.#load(snapshot);
    this.attach(store);
    if (this.#user === null) connection.block('auth.required');
    else connection.start();
  }

  async #stop(wipe: boolean): Promise<void> {
    const { reads, connection, requests, outbox, people, writer } = this.parts;
    reads.tell();
    reads.stop();
    connection.stop();
    requests.close();
    outbox.close();
    people.stop();
    // What was written before the store was open must reach it.
    await this.#started;
    await writer.stop();
    if (wipe) await this.#store?.destroy();
    await this.#store?.close();
    this.#deps.windows?.leave();
  }

  #host(): EngineHost {
    return {
      welcomed: (welcome) => this.#welcomed(welcome),
      frame: (frame) => this.#frame(frame),
      connectionChanged: (state) => this.#connectionChanged(state),
      storeTaken: () => this.#storeTaken(),
      tokensChanged: (tokens) => this.#tokensChanged(tokens),
      typingChanged: (...heard) => this.#typingChanged(...heard),
      addressOf: (to) => this.#addressOf(to),
      openDirect: (to) => this.#directs.open(to),
      compare: (conversation, after) => this.#compare(conversation, after),
      recognised: (entry) => this.#recognised(entry),
      holeClosed: (conversation) => this.#holeClosed(conversation),
      forget: () => this.#forget(),
      synced: (kind, changed) => this.#synced(kind, changed),
    };
  }

  #storeTaken(): void {
    const { windows } = this.#deps;
    if (windows === undefined) this.parts.connection.block('client.store_in_use');
    else windows.taken();
  }

  /** Writes into this store, and reads from it, from now on. */
  attach(store: CacheStore): void {
    this.#store = store;
    this.parts.writer.attach(store);
    this.parts.logs.attach(store);
  }

  /** [CL13] A device without storage, or with a broken one, still works: it only remembers nothing. */
  async open(): Promise<readonly [CacheStore, CacheSnapshot]> {
    const user = this.#user;
    try {
      if (user !== null) {
        const store = await this.#deps.cache.open(user);
        return [store, await store.load()];
      }
    } catch (error) {
      if (error instanceof CacheTakenError) this.parts.connection.block('client.store_in_use');
      this.#deps.log('error', 'nothing is kept: no store', error);
    }
    const store = await this.#deps.spare.open('');
    return [store, await store.load()];
  }

  #load(snapshot: CacheSnapshot): void {
    const { model, outbox } = this.parts;
    model.together(() => {
      model.load(snapshot);
      outbox.load(snapshot.outbox, snapshot.counters, model.me.device);
    });
  }

  #welcomed(welcome: Welcome): void {
    const { session, connection } = this.parts;
    if (!session.welcomed(welcome, this.#user)) return connection.block('auth.bad_credentials');
    void this.#deps.cache.rememberUser(this.#user);
  }

  #tokensChanged(tokens: StoredTokens | null): void {
    const { model, writer } = this.parts;
    storeTokens(model, tokens);
    // A refresh token works once: losing the new one would sign this device out.
    writer.flush().catch((error: unknown) => this.#deps.log('warn', 'the session is not stored', error));
  }

  #connectionChanged(state: ConnectionState): void {
    const { model, connection, credentials, requests, renewal, outbox, reads } = this.parts;
    model.changes.connection = true;
    const isSignedInNow = isSignedIn(state);
    if (this.#wasSignedIn && !isSignedInNow) this.#disconnected();
    this.#wasSignedIn = isSignedInNow;
    if (state.phase.name === 'online') {
      requests.connected();
      renewal?.connected();
      outbox.connected(model.me.device);
      reads.connected();
      for (const row of model.conversations())
        if (row.unamended.length > 0) this.parts.holes.amend(row.number);
    }
    if (state.phase.name !== 'blocked') return;
    if (state.phase.reason === 'auth.name_taken' && credentials.isOwnName()) connection.retry();
    else if (endsSession(state.phase.code)) credentials.forget();
  }

  #disconnected(): void {
    const { requests, renewal, outbox, holes, catchUp, receipts, reads, typing } = this.parts;
    renewal?.disconnected();
    requests.disconnected();
    outbox.disconnected();
    holes.disconnected();
    catchUp.disconnected();
    receipts.reset();
    reads.stop();
    typing.stop();
    this.#directs.clear();
    this.#previewed.clear();
  }

  #frame(frame: DownFrame): void {
    const { frames, catchUp, requests, outbox } = this.parts;
    switch (frame.case) {
      case 'push':
        frames.push(frame.value);
        return this.#countEntry();
      case 'ack':
        frames.ack(frame.value);
        return this.#countEntry();
      case 'refused':
        return outbox.refused(frame.value);
      case 'head':
        return frames.head(frame.value);
      case 'marker':
        return frames.marker(frame.value);
      case 'typing':
        return this.#heardTyping(frame.value);
      case 'syncResult':
        return catchUp.result(frame.value);
      case 'response':
        return requests.answered(frame.value);
      case 'membership':
        return frames.membership(frame.value);
      case 'resync':
        return catchUp.start('resume');
      default:
        // The connection deals with the rest, and this with what the program has learned to read beside it.
        this.parts.model.changes.occurrences.push({ type: 'fleeting', frame });
    }
  }

  #heardTyping({ conversation, user, stopped }: Extract<DownFrame, { case: 'typing' }>['value']): void {
    this.parts.typing.heard(conversationId(conversation), user as UserNumber, !stopped);
  }

  #typingChanged(conversation: ConversationId, user: UserNumber, isTyping: boolean): void {
    const { model } = this.parts;
    model.together(() => {
      model.changes.typing.add(conversation);
      model.changes.occurrences.push({ type: 'typing', conversation, user, isTyping });
    });
  }

  /** [CU9] After many live entries the cursor moves forward, when nothing is missing. */
  #countEntry(): void {
    const { holes, catchUp } = this.parts;
    this.#entriesSinceCursor++;
    if (this.#entriesSinceCursor < ENTRIES_PER_CURSOR || holes.liveCount > 0 || catchUp.isRunning) return;
    this.#entriesSinceCursor = 0;
    catchUp.start('cursor');
  }

  #synced(kind: SyncKind, changed: readonly ConversationRow[]): void {
    const { model, connection, receipts, outbox, holes } = this.parts;
    this.#entriesSinceCursor = 0;
    for (const row of changed) {
      const isHeld = containsSeq(row.held, row.head);
      if (kind !== 'cursor' && row.role !== 0 && isHeld) receipts.delivered(row.number, row.head);
      outbox.addressed(model.publicIdOf(row));
      if (connection.state.phase.name === 'online' && row.unamended.length > 0) holes.amend(row.number);
    }
    connection.caughtUp();
  }

  #holeClosed(conversation: ConversationId): void {
    const row = this.parts.model.conversation(conversation);
    if (row !== undefined) this.parts.receipts.delivered(conversation, this.parts.holes.deliveredUpTo(row));
  }

  #recognised(entry: EntryRow): void {
    const { outbox, logs, model } = this.parts;
    const row = outbox.recognised(entry);
    if (row === null) return;
    model.changes.outbox.set(row.order, { row, outcome: 'stored', entry });
    logs.sent(row, entry);
  }

  /** [CU8] */
  #forget(): void {
    const { model, logs, intake, outbox } = this.parts;
    if (model.value('epoch') !== null)
      model.changes.occurrences.push({ type: 'discontinuity', reason: 'epoch' });
    model.reset(KEPT_VALUES);
    logs.clear();
    intake.forget();
    outbox.reset();
  }

  #addressOf(to: string): { readonly conversation: ConversationId; readonly head: Seq } | null {
    const row = this.parts.model.byPublicId(to);
    return row === undefined ? null : { conversation: row.number, head: row.head };
  }

  /** The state of a conversation that the server answered with. */
  took(state: WireState): void {
    const { model, frames } = this.parts;
    model.together(() => frames.membership({ state, users: [] }));
  }

  async #compare(conversation: ConversationId, afterSeq: Seq): Promise<void> {
    const row = this.parts.model.conversation(conversation);
    if (row === undefined) return;
    await this.parts.holes.fetchAll(conversation, { from: seq(afterSeq + 1), to: row.head });
  }
}
