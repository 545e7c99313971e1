import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { SqliteError } from 'better-sqlite3';

/**
 * What went wrong in a worker, as it crosses to the thread that asked: `full` there is no room, `unavailable` the
 * environment broke, `corrupt` the file contradicts itself, `too-new` a later version wrote it, `bug` we are wrong.
 */
export interface Failure {
  readonly kind: 'full' | 'unavailable' | 'corrupt' | 'too-new' | 'bug';
  readonly message: string;
}

/** The data was written by a later version, whose tables this one does not know. */
export class DataTooNew extends Error {
  override readonly name = 'DataTooNew';

  constructor(version: number, newest: number) {
    super(`the data has version ${version}, and this program knows versions up to ${newest}: update it`);
  }
}

/** Sorts what SQLite threw, naming the file. */
export function failureOf(error: unknown, path: string): Failure {
  if (error instanceof DataTooNew) return { kind: 'too-new', message: `${path}: ${error.message}` };
  if (!(error instanceof SqliteError)) return { kind: 'bug', message: String(error) };
  return { kind: kindOf(error.code, path), message: `${path}: ${error.message} (${error.code})` };
}

function kindOf(code: string, path: string): Failure['kind'] {
  if (code === 'SQLITE_FULL') return 'full';
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'corrupt';
  // A row that breaks a rule of the tables, or a statement that is wrong, is nobody's weather.
  if (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_ERROR' || code === 'SQLITE_MISMATCH') {
    return 'bug';
  }
  // The shared-memory file and some file systems say "I/O error" where they mean "no room".
  return code.startsWith('SQLITE_IOERR') && hasNoRoom(path) ? 'full' : 'unavailable';
}

function hasNoRoom(path: string): boolean {
  try {
    return statfsSync(dirname(path)).bavail === 0;
  } catch {
    return false;
  }
}
