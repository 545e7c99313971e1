import type { RecordRange, StoredRecord } from '@skein/core';
import type { Database, Statement } from 'better-sqlite3';

/** No key that begins with a prefix comes after the prefix and this: the last code point of all. */
const LAST = '\u{10ffff}';

export class RecordReader {
  readonly #read: Statement;

  constructor(db: Database) {
    this.#read = db.prepare(
      `SELECT key, value FROM records
       WHERE space = ? AND key > ? AND key >= ? AND key <= ? ORDER BY key LIMIT ?`,
    );
  }

  read({ space, prefix, afterKey, countMax }: RecordRange): readonly StoredRecord[] {
    return this.#read.all(space, afterKey, prefix, prefix + LAST, countMax) as StoredRecord[];
  }
}
