import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database, SqliteError } from 'better-sqlite3';

/** Two processes on the same data would both think themselves the only writer. */
export class DataFolderLockedError extends Error {
  override readonly name = 'DataFolderLockedError';
  readonly folder: string;
  /** The process that holds it, where it could be told. */
  readonly pid: number | null;

  constructor(folder: string, pid: number | null) {
    super(`the data folder ${folder} is in use by ${pid === null ? 'another process' : `process ${pid}`}`);
    this.folder = folder;
    this.pid = pid;
  }
}

/**
 * Holds a data folder for one process. Node has no file locks, but SQLite does, on every system; and the kernel gives
 * them back however the process ends, so that no stale lock has to be recognised.
 */
export class FolderLock {
  readonly #db: Database;
  readonly #pidPath: string;

  private constructor(db: Database, pidPath: string) {
    this.#db = db;
    this.#pidPath = pidPath;
  }

  static take(folder: string): FolderLock {
    const pidPath = join(folder, 'skein.pid');
    const db = new Sqlite(join(folder, 'skein.lock'), { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      const isHeld = error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY');
      throw isHeld ? new DataFolderLockedError(folder, readPid(pidPath)) : error;
    }
    writeFileSync(pidPath, `${process.pid}\n`);
    return new FolderLock(db, pidPath);
  }

  release(): void {
    rmSync(this.#pidPath, { force: true });
    this.#db.close();
  }
}

function readPid(path: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isNaN(pid) ? null : pid;
  } catch {
    return null;
  }
}
