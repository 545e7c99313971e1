import { type ConversationId, type Random, type Seq, seq } from '@skein/model';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
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

const VERSION = 1;
/** Who may write; see CacheTakenError. */
const OWNER = '#owner';
const OWNER_BYTES = 8;
const NO_BYTES = new Uint8Array(0);
const BY_TARGET = 'byTarget';

/** An entry that changes none has no target here: then the index does not hold it. */
type StoredEntry = Omit<EntryRow, 'target'> & { readonly target?: Seq };

interface Schema extends DBSchema {
  values: { key: string; value: string };
  users: { key: number; value: UserRow };
  conversations: { key: number; value: ConversationRow };
  entries: {
    key: [ConversationId, Seq];
    value: StoredEntry;
    indexes: { [BY_TARGET]: [ConversationId, Seq] };
  };
  outbox: { key: number; value: OutboxRow };
  counters: { key: number; value: CounterRow };
}

const STORES = ['values', 'users', 'conversations', 'entries', 'outbox', 'counters'] as const;

/** One database per server and user, in the browser's own storage. */
export class IndexedDbCacheProvider implements CacheProvider {
  readonly #scope: string;
  readonly #random: Random;

  constructor(scope: string, random: Random) {
    this.#scope = scope;
    this.#random = random;
  }

  async open(user: string): Promise<CacheStore> {
    const database = await openDB<Schema>(`skein:${this.#scope}:${user}`, VERSION, { upgrade });
    const owner = Array.from(this.#random.bytes(OWNER_BYTES), (byte) => byte.toString(16)).join('');
    await database.put('values', owner, OWNER);
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

class IndexedDbCache implements CacheStore {
  readonly #database: IDBPDatabase<Schema>;
  readonly #owner: string;

  constructor(database: IDBPDatabase<Schema>, owner: string) {
    this.#database = database;
    this.#owner = owner;
    // Somebody wants to delete or upgrade it.
    database.addEventListener('versionchange', () => database.close());
  }

  async load(): Promise<CacheSnapshot> {
    const transaction = this.#database.transaction(STORES, 'readonly');
    const values = transaction.objectStore('values');
    const [keys, texts, users, conversations, outbox, counters] = await Promise.all([
      values.getAllKeys(),
      values.getAll(),
      transaction.objectStore('users').getAll(),
      transaction.objectStore('conversations').getAll(),
      transaction.objectStore('outbox').getAll(),
      transaction.objectStore('counters').getAll(),
    ]);
    const pairs = keys.map((key, index) => [key, texts[index] ?? ''] as const);
    return {
      values: new Map(pairs.filter(([key]) => key !== OWNER)),
      users,
      conversations,
      outbox,
      counters,
    };
  }

  async readEntries(conversation: ConversationId, { from, to }: SeqRange): Promise<readonly EntryRow[]> {
    const range = IDBKeyRange.bound([conversation, from], [conversation, to]);
    return (await this.#database.getAll('entries', range)).map(toRow);
  }

  async readAmendments(conversation: ConversationId, { from, to }: SeqRange): Promise<readonly EntryRow[]> {
    const range = IDBKeyRange.bound([conversation, from], [conversation, to]);
    const found = await this.#database.getAllFromIndex('entries', BY_TARGET, range);
    return found.map(toRow).toSorted((a, b) => a.seq - b.seq);
  }

  async apply(batch: CacheBatch): Promise<void> {
    // What must not be lost is on the disk before anything is sent; the rest may wait for the browser.
    const isVital = batch.outbox.length > 0 || batch.counters.length > 0;
    const durability = isVital ? 'strict' : 'relaxed';
    const transaction = this.#database.transaction(STORES, 'readwrite', { durability });
    const store = (name: (typeof STORES)[number]) => transaction.objectStore(name);
    const values = transaction.objectStore('values');
    if ((await values.get(OWNER)) !== this.#owner) {
      transaction.done.catch(() => undefined);
      transaction.abort();
      throw new CacheTakenError();
    }
    const work: Promise<unknown>[] = [transaction.done];
    if (batch.clear) {
      work.push(...STORES.map((name) => store(name).clear()), values.put(this.#owner, OWNER));
    }
    for (const [key, value] of batch.values)
      work.push(value === null ? values.delete(key) : values.put(value, key));
    for (const row of batch.users) work.push(transaction.objectStore('users').put(row));
    for (const row of batch.conversations) work.push(transaction.objectStore('conversations').put(row));
    for (const row of batch.entries) work.push(transaction.objectStore('entries').put(toStored(row)));
    for (const { conversation, seq: at } of batch.redactions) {
      work.push(redact(transaction.objectStore('entries'), [conversation, at]));
    }
    for (const row of batch.outbox) work.push(transaction.objectStore('outbox').put(row));
    for (const order of batch.outboxRemovals) work.push(transaction.objectStore('outbox').delete(order));
    for (const row of batch.counters) work.push(transaction.objectStore('counters').put(row));
    await Promise.all(work);
  }

  async destroy(): Promise<void> {
    const transaction = this.#database.transaction(STORES, 'readwrite');
    await Promise.all([...STORES.map((name) => transaction.objectStore(name).clear()), transaction.done]);
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }
}

function upgrade(database: IDBPDatabase<Schema>): void {
  database.createObjectStore('values');
  database.createObjectStore('users', { keyPath: 'number' });
  database.createObjectStore('conversations', { keyPath: 'number' });
  const entries = database.createObjectStore('entries', { keyPath: ['conversation', 'seq'] });
  entries.createIndex(BY_TARGET, ['conversation', 'target']);
  database.createObjectStore('outbox', { keyPath: 'order' });
  database.createObjectStore('counters', { keyPath: 'conversation' });
}

interface EntryStore {
  get(key: [ConversationId, Seq]): Promise<StoredEntry | undefined>;
  put(value: StoredEntry): Promise<unknown>;
}

async function redact(entries: EntryStore, key: [ConversationId, Seq]): Promise<void> {
  const stored = await entries.get(key);
  if (stored !== undefined) await entries.put({ ...stored, body: NO_BYTES });
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
