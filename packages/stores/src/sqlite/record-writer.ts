import type { RecordChange } from '@skein/core';
import type { Database, Statement } from 'better-sqlite3';

/** The records' statements on the writer's connection. Runs inside a transaction of its caller. */
export class RecordWriter {
  readonly #put: Statement;
  readonly #delete: Statement;

  constructor(db: Database) {
    this.#put = db.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM records WHERE space = ? AND key = ?');
  }

  apply(changes: readonly RecordChange[]): void {
    for (const { space, key, value } of changes) {
      if (value === null) this.#delete.run(space, key);
      else this.#put.run(space, key, value);
    }
  }
}
