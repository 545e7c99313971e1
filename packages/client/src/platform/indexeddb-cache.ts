import { type ConversationId, ENTRY_KIND, type Random, type Seq, seq } from '@skein/model';
import {
  type CacheBatch,
  type CacheProvider,
  type CacheSnapshot,
  type CacheStore,
  CacheTakenError,
  type ConversationRow,
  type CounterRow,
  type EntryRow,
  type OutboxRow,
  type SeqRange,
  type UserRow,
} from '../engine/ports/cache-store.ts';
import { answerOf, endOf, openDatabase } from './idb-promise.ts';

const VERSION = 1;
/** Who may write; see CacheTakenError. */
const OWNER = '#owner';
const OWNER_BYTES = 8;
const NO_BYTES = new Uint8Array(0);
const BY_TARGET = 'byTarget';

/** An entry that changes none has no target here: then the index does not hold it. */
type StoredEntry = Omit<EntryRow, 'target'> & { readonly target?: Seq };

const STORES = ['values', 'users', 'conversations', 'entries', 'outbox', 'counters'] as const;
type StoreName = (typeof STORES)[number];

/** One database per server and user, in the browser's own storage. */
export class IndexedDbCacheProvider implements CacheProvider {
  readonly #scope: string;
  readonly #random: Random;

  constructor(scope: string, random: Random) {
    this.#scope = scope;
    this.#random = random;
  }

  async open(user: string): Promise<CacheStore> {
    const database = await openUserDatabase(`skein:${this.#scope}:${user}`);
    const owner = Array.from(this.#random.bytes(OWNER_BYTES), (byte) => byte.toString(16)).join('');
    const transaction = database.transaction('values', 'readwrite');
    transaction.objectStore('values').put(owner, OWNER);
    await endOf(transaction);
    return new IndexedDbCache(database, owner);
  }

  /** A tab's own user first: two tabs may belong to two people. */
  lastUser(): Promise<string | null> {
    return Promise.resolve(fromStorages((storage) => storage.getItem(this.#key)));
  }

  rememberUser(user: string | null): Promise<void> {
    fromStorages((storage) => {
      if (user === null) storage.removeItem(this.#key);
      else storage.setItem(this.#key, user);
      return null;
    });
    return Promise.resolve();
  }

  get #key(): string {
    return `skein:${this.#scope}:user`;
  }
}

/** The same database for every window; whose name is in it as the owner writes. */
export function openUserDatabase(name: string): Promise<IDBDatabase> {
  return openDatabase(name, VERSION, upgrade);
}

export class IndexedDbCache implements CacheStore {
  readonly #database: IDBDatabase;
  readonly #owner: string;

  constructor(database: IDBDatabase, owner: string) {
    this.#database = database;
    this.#owner = owner;
    // Somebody wants to delete or upgrade it.
    database.onversionchange = () => database.close();
  }

  async load(): Promise<CacheSnapshot> {
    const transaction = this.#database.transaction(STORES, 'readonly');
    const all = <Row>(name: StoreName): Promise<Row[]> => answerOf(transaction.objectStore(name).getAll());
    const [keys, texts, users, conversations, outbox, counters] = await Promise.all([
      answerOf(transaction.objectStore('values').getAllKeys()),
      all<string>('values'),
      all<UserRow>('users'),
      all<ConversationRow>('conversations'),
      all<OutboxRow>('outbox'),
      all<CounterRow>('counters'),
    ]);
    const pairs = keys.map((key, index) => [key as string, texts[index] ?? ''] as const);
    return {
      values: new Map(pairs.filter(([key]) => key !== OWNER)),
      users,
      conversations,
      outbox,
      counters,
    };
  }

  async readEntries(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]> {
    return read(this.#entries(), conversation, range);
  }

  async readAmendments(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]> {
    const found = await read(this.#entries().index(BY_TARGET), conversation, range);
    return found.toSorted((a, b) => a.seq - b.seq);
  }

  async apply(batch: CacheBatch): Promise<void> {
    // What must not be lost is on the disk before anything is sent; the rest may wait for the browser.
    const isVital = batch.outbox.length > 0 || batch.counters.length > 0;
    const durability = isVital ? 'strict' : 'relaxed';
    const transaction = this.#database.transaction(STORES, 'readwrite', { durability });
    const end = endOf(transaction);
    // Listened to from here on, although it is looked at last.
    end.catch(() => undefined);
    if ((await answerOf(transaction.objectStore('values').get(OWNER))) !== this.#owner) {
      transaction.abort();
      throw new CacheTakenError();
    }
    write(transaction, batch, this.#owner);
    await end;
  }

  async destroy(): Promise<void> {
    const transaction = this.#database.transaction(STORES, 'readwrite');
    for (const name of STORES) transaction.objectStore(name).clear();
    await endOf(transaction);
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #entries(): IDBObjectStore {
    return this.#database.transaction('entries', 'readonly').objectStore('entries');
  }
}

function upgrade(database: IDBDatabase): void {
  database.createObjectStore('values');
  database.createObjectStore('users', { keyPath: 'number' });
  database.createObjectStore('conversations', { keyPath: 'number' });
  const entries = database.createObjectStore('entries', { keyPath: ['conversation', 'seq'] });
  entries.createIndex(BY_TARGET, ['conversation', 'target']);
  database.createObjectStore('outbox', { keyPath: 'order' });
  database.createObjectStore('counters', { keyPath: 'conversation' });
}

/** Queues all of it; requests of one transaction are done in the order in which they were made. */
function write(transaction: IDBTransaction, batch: CacheBatch, owner: string): void {
  const store = (name: StoreName) => transaction.objectStore(name);
  const values = store('values');
  if (batch.clear) {
    for (const name of STORES) store(name).clear();
    values.put(owner, OWNER);
  }
  for (const [key, value] of batch.values) {
    if (value === null) values.delete(key);
    else values.put(value, key);
  }
  const entries = store('entries');
  for (const name of ['users', 'conversations', 'outbox', 'counters'] as const) {
    for (const row of batch[name]) store(name).put(row);
  }
  for (const row of batch.entries) entries.put(toStored(row));
  for (const { conversation, seq: at } of batch.redactions) {
    const key = [conversation, at];
    eraseIn(entries, entries.getAll(key));
    eraseIn(entries, entries.index(BY_TARGET).getAll(key));
  }
  for (const order of batch.outboxRemovals) store('outbox').delete(order);
}

/** Of what changes a message only edits have words in them. */
function eraseIn(entries: IDBObjectStore, found: IDBRequest<StoredEntry[]>): void {
  found.onsuccess = () => {
    for (const entry of found.result) {
      if (entry.target === undefined || entry.kind === ENTRY_KIND.edit)
        entries.put({ ...entry, body: NO_BYTES });
    }
  };
}

async function read(
  from: IDBObjectStore | IDBIndex,
  conversation: ConversationId,
  { from: first, to }: SeqRange,
): Promise<readonly EntryRow[]> {
  const range = IDBKeyRange.bound([conversation, first], [conversation, to]);
  return (await answerOf<StoredEntry[]>(from.getAll(range))).map(toRow);
}

function toStored({ target, ...row }: EntryRow): StoredEntry {
  return target === 0 ? row : { ...row, target };
}

function toRow(stored: StoredEntry): EntryRow {
  return { ...stored, target: stored.target ?? seq(0) };
}

/** The first answer of the tab's and the browser's small storage; neither may exist, or be allowed. */
function fromStorages(ask: (storage: Storage) => string | null): string | null {
  const answers = (['sessionStorage', 'localStorage'] as const).map((name) => {
    try {
      return ask(globalThis[name]);
    } catch {
      return null; // Private windows and workers.
    }
  });
  return answers.find((answer) => answer !== null) ?? null;
}
