import { ENTRY_KIND } from '@skein/model';
import type { Account, Client, Contacts, Devices, Unread } from '../api/client.ts';
import type { Connection } from '../api/connection.ts';
import type { Events } from '../api/events.ts';
import type { ListStatus, Live, Unsubscribe } from '../api/live.ts';
import type { Me, Sending, User } from '../api/message.ts';
import { SkeinError } from '../api/skein-error.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineDeps } from '../engine/engine-parts.ts';
import type { Changes } from '../engine/model/changes.ts';
import { unreadOf } from '../engine/model/unread.ts';
import type { OutboxRow } from '../engine/ports/cache-store.ts';
import type { NetworkHints } from '../engine/ports/network-hints.ts';
import { ComputedLive, hasSameProperties } from '../live/computed-live.ts';
import { Dispatcher } from '../live/dispatcher.ts';
import { Emitter } from '../live/emitter.ts';
import { LiveValue } from '../live/live-value.ts';
import type { AccountSettings } from './account-settings.ts';
import { ClientEvents } from './client-events.ts';
import { toConnection } from './connection-words.ts';
import { ConversationDirectory } from './conversation-directory.ts';
import type { FacadeContext } from './facade-context.ts';
import { loadOnDemand } from './load-on-demand.ts';
import { MessageActions } from './message-actions.ts';
import { OutboxView } from './outbox-view.ts';
import { SCREEN_SIZES, type ScreenSizes } from './screen-sizes.ts';
import { SendingHandle } from './sending-handle.ts';

export type FacadeDeps = Omit<EngineDeps, 'committed'> & {
  readonly hints: NetworkHints;
  readonly sizes?: ScreenSizes;
};

/** The client as the app sees it: live values over the engine's state. */
export class ClientFacade implements Client {
  readonly conversations: ConversationDirectory;
  readonly messages: MessageActions;
  readonly contacts: Contacts;
  readonly devices: Devices;
  readonly account: Account;
  readonly outbox: OutboxView;
  readonly #deps: FacadeDeps;
  readonly #engine: Engine;
  readonly #dispatcher: Dispatcher;
  readonly #emitter: Emitter<Events>;
  readonly #events: ClientEvents;
  readonly #me: LiveValue<Me | null>;
  readonly #connection: LiveValue<Connection>;
  readonly #unread: ComputedLive<Unread>;
  readonly #sendings = new Map<number, SendingHandle>();
  readonly #unsubscribeHints: () => void;
  #hasSynced = false;
  #signIn: Promise<Me> | null = null;

  constructor(deps: FacadeDeps) {
    this.#deps = deps;
    this.#dispatcher = new Dispatcher(deps.log);
    this.#emitter = new Emitter(this.#dispatcher);
    this.#engine = new Engine({ ...deps, committed: (changes) => this.#committed(changes) });
    this.#events = new ClientEvents(this.#engine, this.#emitter);
    const context: FacadeContext = {
      engine: this.#engine,
      dispatcher: this.#dispatcher,
      status: () => this.#status(),
      window: deps.sizes ?? SCREEN_SIZES,
      sending: (row) => this.#sending(row),
    };
    this.#me = new LiveValue<Me | null>(this.#dispatcher, null);
    this.#connection = new LiveValue<Connection>(this.#dispatcher, this.#connectionNow());
    this.#unread = new ComputedLive(this.#dispatcher, {
      compute: () => this.#countUnread(),
      isSame: hasSameProperties,
    });
    this.conversations = new ConversationDirectory(context);
    this.messages = new MessageActions(this.#engine);
    this.contacts = { find: (ids) => this.#findUsers(ids) };
    this.outbox = new OutboxView(context);
    this.devices = {
      list: async () => (await this.#settings()).listDevices(),
      revoke: async (device) => (await this.#settings()).revoke(device),
    };
    this.account = {
      changePassword: async (...passwords) => (await this.#settings()).changePassword(...passwords),
      createInvitation: async () => (await this.#settings()).createInvitation(),
    };
    this.#unsubscribeHints = deps.hints.subscribe((hint) => this.#engine.act('hint', hint));
    void this.#engine.start();
  }

  /** For tests and tools that look inside. */
  get engine(): Engine {
    return this.#engine;
  }

  get me(): Live<Me | null> {
    return this.#me;
  }

  get connection(): Live<Connection> {
    return this.#connection;
  }

  get unread(): Live<Unread> {
    return this.#unread;
  }

  signedIn(): Promise<Me> {
    this.#signIn ??= this.#waitForSignIn();
    return this.#signIn;
  }

  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void): Unsubscribe {
    return this.#emitter.on(type, listener);
  }

  events<K extends keyof Events>(...types: readonly K[]): AsyncIterable<Events[K]> {
    return this.#emitter.iterate(types);
  }

  reconnect(): void {
    this.#engine.act('connection', 'retry');
  }

  pause(): void {
    this.#engine.act('connection', 'pause');
  }

  resume(): void {
    this.#engine.act('connection', 'resume');
  }

  async signOut({ wipe = false }: { readonly wipe?: boolean } = {}): Promise<void> {
    this.#unsubscribeHints();
    await this.#engine.signOut(wipe);
  }

  async close(): Promise<void> {
    this.#unsubscribeHints();
    await this.#engine.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ── what the engine tells ──

  /** [LV3] Everything that one piece of work changed is shown before anything of it is told, and told once. */
  #committed(changes: Changes): void {
    this.#dispatcher.batch(() => {
      if (changes.synced) this.#hasSynced = true;
      if (changes.users.size > 0) this.#engine.parts.logs.refoldAll();
      if (changes.me) this.#showMe();
      if (changes.conversations.size > 0 || changes.reset) this.#unread.touch();
      this.conversations.changed(changes);
      if (changes.outbox.size > 0) this.#outboxChanged(changes);
      if (changes.connection) this.#connectionChanged();
      // A sync may leave holes, also on a connection that was there before.
      const isOnline = this.#connection.get().state === 'online';
      if (isOnline && (changes.connection || changes.synced)) this.conversations.connected();
      for (const happened of changes.occurrences) {
        if (happened.type === 'entry' && happened.entry.kind === ENTRY_KIND.member) {
          this.conversations.membersChanged(happened.entry.conversation);
        }
        this.#events.tell(happened);
      }
    });
  }

  #outboxChanged({ outbox }: Changes): void {
    this.outbox.touch();
    for (const [order, change] of outbox) {
      if (this.#sendings.get(order)?.changed(change) === true) this.#sendings.delete(order);
      this.messages.changed(change);
    }
  }

  #connectionChanged(): void {
    const connection = this.#connectionNow();
    // The steps of connecting are one word to people.
    if (hasSameProperties(this.#connection.get(), connection)) return;
    this.#connection.set(connection);
    this.#emitter.emit('connection', { connection, origin: 'live' });
  }

  #showMe(): void {
    const { number, id, name, device } = this.#engine.parts.model.me;
    if (number !== 0) this.#me.set({ id, name, device });
  }

  #connectionNow(): Connection {
    const { connection } = this.#engine.parts;
    return toConnection(connection.state, {
      nowMs: this.#deps.clock.nowMs(),
      rttMs: connection.rttMs,
      transport: this.#deps.transport.name,
    });
  }

  #status(): ListStatus {
    const { state } = this.#connection.get();
    if (state === 'online') return 'live';
    if (state === 'catching-up') return 'syncing';
    return this.#hasSynced ? 'stale' : 'cache';
  }

  #countUnread(): Unread {
    let total = 0;
    let conversations = 0;
    for (const row of this.#engine.parts.model.conversations()) {
      const unread = unreadOf(row);
      total += unread;
      if (unread > 0) conversations++;
    }
    return { total, conversations };
  }

  #sending(row: OutboxRow): Sending {
    const sending = new SendingHandle(this.#dispatcher, this.#engine, row);
    this.#sendings.set(row.order, sending);
    // What has no address is refused while it is being written, before anybody can listen.
    const { outbox } = this.#engine.parts;
    const refused = outbox.rowsTo(row.to).find(({ order, refusal }) => order === row.order && refusal !== '');
    if (refused !== undefined) sending.changed({ row: refused, outcome: 'refused', entry: null });
    return sending;
  }

  async #waitForSignIn(): Promise<Me> {
    const settled = await this.#connection.until(
      ({ state }) => state === 'online' || state === 'catching-up' || state === 'blocked' || this.#isClosed(),
    );
    if (settled.state === 'blocked') {
      this.#signIn = null;
      throw settled.error;
    }
    const me = this.#me.get();
    if (me === null || this.#isClosed()) throw new SkeinError('client.closed');
    return me;
  }

  #isClosed(): boolean {
    return this.#engine.parts.connection.state.phase.name === 'closed';
  }

  // ── questions ──

  async #settings(): Promise<AccountSettings> {
    const { AccountSettings } = await loadOnDemand();
    return new AccountSettings(this.#engine.parts.requests);
  }

  async #findUsers(ids: readonly string[]): Promise<readonly User[]> {
    const { model, people } = this.#engine.parts;
    const unknown = ids.filter((id) => model.numberOf(id) === null);
    if (unknown.length > 0) await people.find({ users: unknown });
    return ids.flatMap((id) => {
      const number = model.numberOf(id);
      return number === null ? [] : [model.user(number)];
    });
  }
}
