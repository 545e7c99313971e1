import type { ConversationId, ENTRY_KIND, Seq } from '@skein/model';
import type {
  CacheBatch,
  CacheProvider,
  CacheSnapshot,
  CacheStore,
  ConversationRow,
  CounterRow,
  EntryRow,
  OutboxRow,
  SeqRange,
  UserRow,
} from '../ports/cache-store.ts';

// Nothing is imported: a browser loads this file alone, and only when it has no storage.
const NO_BYTES = new Uint8Array(0);
const EDIT: typeof ENTRY_KIND.edit = 2;

/** The reference store: what the other ones are compared with, and what a device without storage uses. */
export class MemoryCacheProvider implements CacheProvider {
  readonly #tables = new Map<string, MemoryTables>();
  #lastUser: string | null = null;

  open(user: string): Promise<CacheStore> {
    const tables = this.#tables.get(user) ?? new MemoryTables();
    this.#tables.set(user, tables);
    tables.owner++;
    return Promise.resolve(new MemoryCache(tables));
  }

  lastUser(): Promise<string | null> {
    return Promise.resolve(this.#lastUser);
  }

  rememberUser(user: string | null): Promise<void> {
    this.#lastUser = user;
    return Promise.resolve();
  }
}

/** The tables themselves, with the rules of a batch: also the state that a journal of batches is played into. */
export class MemoryTables {
  /** Grows with every opening; an older owner may not write any more. */
  owner = 0;
  readonly values = new Map<string, string>();
  readonly users = new Map<number, UserRow>();
  readonly conversations = new Map<number, ConversationRow>();
  readonly outbox = new Map<number, OutboxRow>();
  readonly counters = new Map<number, CounterRow>();
  // conversation → seq → entry.
  readonly entries = new Map<number, Map<Seq, EntryRow>>();

  apply(batch: CacheBatch): void {
    if (batch.clear) this.clear();
    for (const [key, value] of batch.values) {
      if (value === null) this.values.delete(key);
      else this.values.set(key, value);
    }
    for (const row of batch.users) this.users.set(row.number, row);
    for (const row of batch.conversations) this.conversations.set(row.number, row);
    for (const row of batch.entries) this.#putEntry(row);
    for (const { conversation, seq } of batch.redactions) this.#redact(conversation, seq);
    for (const row of batch.outbox) this.outbox.set(row.order, row);
    for (const order of batch.outboxRemovals) this.outbox.delete(order);
    for (const row of batch.counters) this.counters.set(row.conversation, row);
  }

  clear(): void {
    for (const table of [this.values, this.users, this.conversations, this.outbox, this.counters])
      table.clear();
    this.entries.clear();
  }

  snapshot(): CacheSnapshot {
    return {
      values: new Map(this.values),
      users: [...this.users.values()],
      conversations: [...this.conversations.values()],
      outbox: [...this.outbox.values()],
      counters: [...this.counters.values()],
    };
  }

  entriesWithin(conversation: ConversationId, { from, to }: SeqRange): readonly EntryRow[] {
    const found = [...(this.entries.get(conversation)?.values() ?? [])];
    return found.filter(({ seq }) => from <= seq && seq <= to).toSorted(bySeq);
  }

  amendmentsWithin(conversation: ConversationId, { from, to }: SeqRange): readonly EntryRow[] {
    const found = [...(this.entries.get(conversation)?.values() ?? [])];
    return found.filter(({ target }) => from <= target && target <= to).toSorted(bySeq);
  }

  #putEntry(row: EntryRow): void {
    const entries = this.entries.get(row.conversation) ?? new Map<Seq, EntryRow>();
    this.entries.set(row.conversation, entries);
    entries.set(row.seq, row);
  }

  #redact(conversation: ConversationId, at: Seq): void {
    const entries = this.entries.get(conversation);
    for (const row of entries?.values() ?? []) {
      const isEdit = row.target === at && row.kind === EDIT;
      if (row.seq === at || isEdit) entries?.set(row.seq, { ...row, body: NO_BYTES });
    }
  }
}

/** One opening of the tables. */
export class MemoryCache implements CacheStore {
  readonly #tables: MemoryTables;
  readonly #owner: number;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
    this.#owner = tables.owner;
  }

  load(): Promise<CacheSnapshot> {
    return Promise.resolve(this.#tables.snapshot());
  }

  readEntries(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]> {
    return Promise.resolve(this.#tables.entriesWithin(conversation, range));
  }

  readAmendments(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]> {
    return Promise.resolve(this.#tables.amendmentsWithin(conversation, range));
  }

  apply(batch: CacheBatch): Promise<void> {
    if (this.#tables.owner !== this.#owner) return Promise.reject(takenError());
    this.#tables.apply(batch);
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    this.#tables.clear();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function bySeq(a: EntryRow, b: EntryRow): number {
  return a.seq - b.seq;
}

/** A CacheTakenError, as far as anybody can tell. */
function takenError(): Error {
  return Object.assign(new Error('opened elsewhere'), { name: 'CacheTakenError' });
}
