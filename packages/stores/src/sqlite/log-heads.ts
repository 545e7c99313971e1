import { assert } from '@skein/model';
import type { Database, Statement } from 'better-sqlite3';

/** Heads kept in memory, about 5 MiB; a conversation without one costs a look-up of 0.1 ms. */
const HEADS_MAX = 50_000;

/**
 * The newest seq of each conversation that is written to. It stands in for a unique index over all entries, which would
 * have to be up to date at every commit, see `entries_by_seq`.
 */
export class LogHeads {
  readonly #heads = new Map<number, number>();
  readonly #find: Statement;

  constructor(db: Database) {
    this.#find = db.prepare('SELECT coalesce(max(seq), 0) FROM log WHERE conversation = ?').pluck();
  }

  /** [ST2] Notes that an entry is about to be written. Throws when the log has one at this seq or after it. */
  advance(conversation: number, seq: number): void {
    const head = this.#heads.get(conversation) ?? (this.#find.get(conversation) as number);
    assert(seq > head, 'an entry is newer than the head of its conversation');
    if (this.#heads.size >= HEADS_MAX) this.#heads.clear();
    this.#heads.set(conversation, seq);
  }

  /** What was noted may have been rolled back. */
  forget(): void {
    this.#heads.clear();
  }
}
