import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database, SqliteError } from 'better-sqlite3';
import { migrate, syncPath } from './migrate.ts';
import type { DataFile } from './worker-calls.ts';

/** A check reads the whole file: below this it takes a fraction of a second. */
const CHECKED_BYTES_MAX = 64 * 1024 * 1024;
/** Negative means KiB: 8 MiB for hot pages of the tables and indexes. */
const WRITER_CACHE = -8_192;
const READER_CACHE = -4_096;
/**
 * Pages in the write-ahead log after which they move to the file. The commit that moves them waits for it: 13–16 ms instead
 * of 20 with 2,000 pages, and no dearer per entry. With 500 it waits 11 ms, and an entry costs 0.3 µs more.
 */
const CHECKPOINT_PAGES = 1_000;
/** What the log may keep on the disk after a long burst. */
const WAL_BYTES_KEPT = 64 * 1024 * 1024;

/** Opens the data for writing: checked after an unclean end, brought to the newest version, durable per commit. */
export function openForWriting({ path, fileBytesMax }: DataFile): Database {
  const isNew = !existsSync(path);
  const wasCutOff = existsSync(`${path}-wal`);
  const db = new Sqlite(path);
  try {
    db.pragma('journal_mode = WAL');
    // FULL: the log is fsync'ed by every commit. With NORMAL a power cut forgets acknowledged entries.
    db.pragma('synchronous = FULL');
    db.pragma(`cache_size = ${WRITER_CACHE}`);
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`);
    // What a recall erased must not stay readable in free space of the file [ST8].
    db.pragma('secure_delete = ON');
    if (fileBytesMax !== null) {
      const pageBytes = db.pragma('page_size', { simple: true }) as number;
      db.pragma(`max_page_count = ${Math.floor(fileBytesMax / pageBytes)}`);
    }
    if (wasCutOff) check(db, path);
    migrate(db);
    ensureEpoch(db);
    if (isNew) syncPath(dirname(path));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens data that a writer holds open already. */
export function openForReading({ path }: DataFile): Database {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true });
  db.pragma(`cache_size = ${READER_CACHE}`);
  return db;
}

export function epochOf(db: Database): string {
  return db.prepare("SELECT value FROM meta WHERE key = 'epoch'").pluck().get() as string;
}

/** A log beside the file is left only by a process that did not close it. */
function check(db: Database, path: string): void {
  if (statSync(path).size > CHECKED_BYTES_MAX) return;
  const verdict = db.pragma('quick_check(1)', { simple: true }) as string;
  if (verdict !== 'ok') throw new SqliteError(verdict, 'SQLITE_CORRUPT');
}

function ensureEpoch(db: Database): void {
  db.prepare("INSERT OR IGNORE INTO meta VALUES ('epoch', ?)").run(randomUUID().replaceAll('-', ''));
}
