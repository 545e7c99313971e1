import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { StoreUnavailableError } from '@skein/core';
import { assert } from '@skein/model';
import { DataFolderLockedError, FolderLock } from './folder-lock.ts';
import { tellCorruption } from './to-error.ts';
import type { DataFile, ReaderCalls, WriterCalls } from './worker-calls.ts';
import { WorkerLink } from './worker-link.ts';

const DATA_FILE = 'skein.db';
const WRITER = new URL('./writer-worker.ts', import.meta.url);
const READER = new URL('./reader-worker.ts', import.meta.url);
const NS_PER_MS = 1_000_000;

export interface SqliteOptions {
  /** Largest size of the data file; what does not fit is refused as "no room". Unlimited unless given. */
  readonly fileBytesMax?: number;
  /** A storage thread died: every call is rejected from now on, and only a restart helps. */
  readonly onFailure?: (error: Error) => void;
}

/** An open data folder: its lock, the thread that writes and the thread that reads. */
export class SqliteData {
  readonly writer: WorkerLink<WriterCalls>;
  readonly reader: WorkerLink<ReaderCalls>;
  readonly commitLatency = createHistogram();
  readonly #lock: FolderLock;
  readonly #onFailure: (error: Error) => void;
  #epoch: string | null = null;
  #closed: Promise<void> | null = null;

  private constructor(lock: FolderLock, options: SqliteOptions) {
    this.#lock = lock;
    this.#onFailure = options.onFailure ?? (() => undefined);
    const onDeath = (cause: Error) => this.#handleDeath(cause);
    const onCommitted = (tookMs: number) => {
      this.commitLatency.record(Math.max(1, Math.round(tookMs * NS_PER_MS)));
    };
    // Both start at once: most of what opening takes is two threads that begin to run.
    this.writer = new WorkerLink<WriterCalls>(WRITER, { onDeath, onCommitted });
    this.reader = new WorkerLink<ReaderCalls>(READER, { onDeath });
  }

  static async open(folder: string, options: SqliteOptions): Promise<SqliteData> {
    const data = new SqliteData(takeFolder(folder), options);
    const file: DataFile = { path: join(folder, DATA_FILE), fileBytesMax: options.fileBytesMax ?? null };
    try {
      // One after the other: the reader opens what the writer has made and brought up to date.
      const epoch = await data.writer.call('open', file).catch(tellCorruption);
      await data.reader.call('open', file).catch(tellCorruption);
      data.#epoch = epoch;
      return data;
    } catch (error) {
      await data.close();
      throw error;
    }
  }

  get epoch(): string {
    assert(this.#epoch !== null, 'only open data is handed out');
    return this.#epoch;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** The reader first: the last connection to close moves the write-ahead log into the file, and must be able to write. */
  async #close(): Promise<void> {
    await this.reader.close();
    await this.writer.close();
    this.#lock.release();
  }

  #handleDeath(cause: Error): void {
    // Half a store would keep answering reads from data that nobody can add to.
    this.writer.abandon(cause);
    this.reader.abandon(cause);
    // Whoever opens hears it from `open` itself.
    if (this.#epoch !== null) this.#onFailure(cause);
  }
}

function takeFolder(folder: string): FolderLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return FolderLock.take(folder);
  } catch (error) {
    if (error instanceof DataFolderLockedError) throw error;
    throw new StoreUnavailableError(`the data folder ${folder} cannot be used`, { cause: error });
  }
}
