import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { FolderLock } from './folder-lock.ts';
import type { ReaderCalls, SqliteWorkerData, WriterCalls } from './worker-calls.ts';
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

type Abandonable = Pick<WorkerLink<WriterCalls>, 'abandon' | 'close'>;

/** An open data folder: its lock, the thread that writes and the thread that reads. */
export class SqliteData {
  readonly epoch: string;
  readonly writer: WorkerLink<WriterCalls>;
  readonly reader: WorkerLink<ReaderCalls>;
  readonly commitLatency: RecordableHistogram;
  readonly #lock: FolderLock;
  #closed: Promise<void> | null = null;

  private constructor(
    lock: FolderLock,
    writer: WorkerLink<WriterCalls>,
    reader: WorkerLink<ReaderCalls>,
    commitLatency: RecordableHistogram,
  ) {
    this.#lock = lock;
    this.writer = writer;
    this.reader = reader;
    this.commitLatency = commitLatency;
    this.epoch = writer.greeting as string;
  }

  static async open(folder: string, options: SqliteOptions): Promise<SqliteData> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = FolderLock.take(folder);
    const latency = createHistogram();
    const workerData: SqliteWorkerData = {
      path: join(folder, DATA_FILE),
      fileBytesMax: options.fileBytesMax ?? null,
    };
    const links: Abandonable[] = [];
    const onDeath = (cause: Error) => {
      // Half a store would keep answering reads from data that nobody can add to.
      for (const link of links) link.abandon(cause);
      options.onFailure?.(cause);
    };
    const onCommitted = (tookMs: number) => latency.record(Math.max(1, Math.round(tookMs * NS_PER_MS)));
    try {
      const writer = await WorkerLink.start<WriterCalls>(WRITER, workerData, { onDeath, onCommitted });
      links.push(writer);
      const reader = await WorkerLink.start<ReaderCalls>(READER, workerData, { onDeath });
      links.push(reader);
      return new SqliteData(lock, writer, reader, latency);
    } catch (error) {
      for (const link of links) await link.close();
      lock.release();
      throw error;
    }
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
}
