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
import { batchOf, decodeBatch, encodeBatch } from './batch-json.ts';
import { parseJournal, replaceFile, toRecord } from './journal.ts';
import { releaseLock, takeLock } from './store-lock.ts';

/** Below this a journal is read so fast that making it smaller is not worth a write. */
const COMPACT_BYTES_MIN = 1_048_576;
/** A journal this many times as large as what it says is written anew. */
const COMPACT_FACTOR = 4;

// Which opening of a store in this process is the newest; an older one may not write any more.
const openings = new Map<string, FileCache>();

/** One folder per user below a folder of the app's; everything is in memory too, so reading never waits. */
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
      await replaceFile(this.#lastUserPath, Buffer.from(user));
    } catch {
      // Not remembered: the next start asks who it is.
    }
  }

  get #lastUserPath(): string {
    return join(this.#folder, 'last-user');
  }
}

/** Batches appended to one file, each synced before it counts; what a crash tore off at the end never happened. */
class FileCache implements CacheStore {
  readonly #folder: string;
  readonly #tables: MemoryTables;
  #file: FileHandle;
  #bytes: number;
  #compactAtBytes: number;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(folder: string, tables: MemoryTables, file: FileHandle, bytes: number) {
    this.#folder = folder;
    this.#tables = tables;
    this.#file = file;
    this.#bytes = bytes;
    this.#compactAtBytes = Math.max(COMPACT_BYTES_MIN, bytes * COMPACT_FACTOR);
  }

  static async open(folder: string): Promise<FileCache> {
    await takeLock(lockPath(folder));
    const tables = new MemoryTables();
    const contents = await readFile(journalPath(folder)).catch(() => new Uint8Array(0));
    const { records, soundBytes } = parseJournal(contents);
    for (const record of records) tables.apply(decodeBatch(record));
    const file = await open(journalPath(folder), 'a', 0o600);
    if (soundBytes < contents.length) await file.truncate(soundBytes);
    return new FileCache(folder, tables, file, soundBytes);
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
    return this.#inTurn(async () => {
      if (this.#isClosed) throw new CacheTakenError();
      await this.#append(toRecord(encodeBatch(batch)));
      this.#tables.apply(batch);
      if (this.#bytes > this.#compactAtBytes) await this.#compact();
    });
  }

  async destroy(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#file.truncate(0);
      await this.#file.sync();
      this.#tables.clear();
    });
    await this.close();
    await rm(journalPath(this.#folder), { force: true });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.#inTurn(async () => {
      this.#isClosed = true;
      await this.#file.close();
      await releaseLock(lockPath(this.#folder));
    });
  }

  /** A record that was not written whole is taken off again: what follows it must not be lost with it. */
  async #append(record: Uint8Array): Promise<void> {
    try {
      await this.#file.appendFile(record);
      await this.#file.datasync();
      this.#bytes += record.length;
    } catch (error) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }

  async #compact(): Promise<void> {
    const record = toRecord(encodeBatch(batchOf(this.#tables)));
    await replaceFile(journalPath(this.#folder), record);
    await this.#file.close();
    this.#file = await open(journalPath(this.#folder), 'a', 0o600);
    this.#bytes = record.length;
    this.#compactAtBytes = Math.max(COMPACT_BYTES_MIN, record.length * COMPACT_FACTOR);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function journalPath(folder: string): string {
  return join(folder, 'journal');
}

function lockPath(folder: string): string {
  return join(folder, 'lock');
}
