import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversationId } from '@skein/model';
import { MemoryTables } from '../engine/cache/memory-cache.ts';
import {
  type CacheBatch,
  type CacheProvider,
  type CacheSnapshot,
  type CacheStore,
  CacheTakenError,
  type EntryRow,
  type SeqRange,
} from '../engine/ports/cache-store.ts';
import { batchOf, decodeBatch, encodeBatch, isOld, upgraded } from './batch-record.ts';
import type { EntryPlace } from './entry-bytes.ts';
import { HEADER_BYTES, parseJournal, replaceFile, toRecord } from './journal.ts';
import { releaseLock, takeLock } from './store-lock.ts';
import { readEntriesAt, StoredEntries } from './stored-entries.ts';

/** Below this a journal is read so fast that making it smaller is not worth a write. */
const COMPACT_BYTES_MIN = 1_048_576;
/** A journal this many times as large as what it says is written anew. */
const COMPACT_FACTOR = 4;

// Which opening of a store in this process is the newest; an older one may not write any more.
const openings = new Map<string, FileCache>();

/** One folder per user below a folder of the app's. */
export class FileCacheProvider implements CacheProvider {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(user: string): Promise<CacheStore> {
    // Ids are harmless, but an app may pass on what somebody typed.
    const folder = join(this.#folder, encodeURIComponent(user));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await openings.get(folder)?.close();
    const cache = await FileCache.open(folder);
    openings.set(folder, cache);
    return cache;
  }

  async lastUser(): Promise<string | null> {
    try {
      return await readFile(this.#lastUserPath, 'utf8');
    } catch {
      return null;
    }
  }

  async rememberUser(user: string | null): Promise<void> {
    try {
      if (user === null) return await rm(this.#lastUserPath, { force: true });
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await replaceFile(this.#lastUserPath, [Buffer.from(user)]);
    } catch {
      // Not remembered: the next start asks who it is.
    }
  }

  get #lastUserPath(): string {
    return join(this.#folder, 'last-user');
  }
}

/** An open journal and what it says. */
interface Journal {
  readonly file: FileHandle;
  readonly bytes: number;
  readonly tables: MemoryTables;
  readonly entries: StoredEntries;
}

/**
 * Batches appended to one file, each synced before it counts; what a crash tore off at the end never happened. In memory is
 * everything but the entries, and of those the place in the file.
 */
class FileCache implements CacheStore {
  readonly #folder: string;
  #journal: Journal;
  #bytes: number;
  #compactAtBytes: number;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(folder: string, journal: Journal) {
    this.#folder = folder;
    this.#journal = journal;
    this.#bytes = journal.bytes;
    this.#compactAtBytes = Math.max(COMPACT_BYTES_MIN, journal.bytes * COMPACT_FACTOR);
  }

  static async open(folder: string): Promise<FileCache> {
    await takeLock(lockPath(folder));
    return new FileCache(folder, await openJournal(journalPath(folder)));
  }

  load(): Promise<CacheSnapshot> {
    return Promise.resolve(this.#journal.tables.snapshot());
  }

  readEntries(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]> {
    return this.#read((entries) => entries.index(conversation)?.within(range));
  }

  readAmendments(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]> {
    return this.#read((entries) => entries.index(conversation)?.amending(range));
  }

  apply(batch: CacheBatch): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isClosed) throw new CacheTakenError();
      const at = this.#bytes;
      const record = encodeBatch(batch);
      await this.#append(toRecord(record));
      play(this.#journal, record, at);
      if (this.#bytes > this.#compactAtBytes) await this.#compact();
    });
  }

  async destroy(): Promise<void> {
    await this.#inTurn(async () => {
      const { file, tables, entries } = this.#journal;
      await file.truncate(0);
      await file.sync();
      tables.clear();
      entries.clear();
    });
    await this.close();
    await rm(journalPath(this.#folder), { force: true });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#inTurn(async () => {
      this.#isClosed = true;
      await this.#journal.file.close();
      await releaseLock(lockPath(this.#folder));
    });
  }

  /** A record that was not written whole is taken off again: what follows it must not be lost with it. */
  async #append(record: Uint8Array): Promise<void> {
    try {
      await this.#journal.file.appendFile(record);
      await this.#journal.file.datasync();
      this.#bytes += record.length;
    } catch (error) {
      await this.#journal.file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }

  async #compact(): Promise<void> {
    const { file, tables, entries } = this.#journal;
    await replaceFile(journalPath(this.#folder), compacted(tables, entries.records(file)));
    await file.close();
    this.#journal = await openJournal(journalPath(this.#folder));
    this.#bytes = this.#journal.bytes;
    this.#compactAtBytes = Math.max(COMPACT_BYTES_MIN, this.#bytes * COMPACT_FACTOR);
  }

  /** In turn, so that no compaction moves what is being read. */
  #read(find: (entries: StoredEntries) => readonly EntryPlace[] | undefined): Promise<readonly EntryRow[]> {
    return this.#inTurn(() => readEntriesAt(this.#journal.file, find(this.#journal.entries) ?? []));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Reads a journal from its beginning, and cuts off what is torn. */
async function openJournal(path: string): Promise<Journal> {
  const contents = await readFile(path).catch(() => new Uint8Array(0));
  const { records, soundBytes } = parseJournal(contents);
  if (records.some(isOld)) {
    await replaceFile(
      path,
      records.map((record) => toRecord(upgraded(record))),
    );
    return openJournal(path);
  }
  const file = await open(path, 'a+', 0o600);
  if (soundBytes < contents.length) await file.truncate(soundBytes);
  const journal = { file, bytes: soundBytes, tables: new MemoryTables(), entries: new StoredEntries() };
  let at = 0;
  for (const record of records) {
    play(journal, record, at);
    at += HEADER_BYTES + record.length;
  }
  return journal;
}

/** Applies a record that begins at `at` in the file. */
function play({ tables, entries }: Journal, record: Uint8Array, at: number): void {
  const { batch, entriesAt } = decodeBatch(record);
  if (batch.clear) entries.clear();
  tables.apply({ ...batch, redactions: [] });
  entries.take(record, entriesAt, at + HEADER_BYTES);
  entries.redact(batch.redactions);
}

async function* compacted(
  tables: MemoryTables,
  records: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield toRecord(encodeBatch(batchOf(tables)));
  for await (const record of records) yield toRecord(record);
}

function journalPath(folder: string): string {
  return join(folder, 'journal');
}

function lockPath(folder: string): string {
  return join(folder, 'lock');
}
