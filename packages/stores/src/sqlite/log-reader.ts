import type {
  AmendmentRange,
  ConversationCheckpoint,
  ConversationRow,
  EntryRange,
  MemberRow,
  RefusalRow,
  SentKeyRow,
  UserRow,
} from '@skein/core';
import { ENTRY_KIND, type Position } from '@skein/model';
import type { Database, Statement } from 'better-sqlite3';
import { type EntryColumns, packRows } from './entry-codec.ts';
import type { SentKeyPlace } from './worker-calls.ts';

/** Everything of a stored state but the entries, which come in pages. */
export interface LoadedRows {
  readonly users: readonly UserRow[];
  readonly conversations: readonly ConversationRow[];
  readonly members: readonly MemberRow[];
  readonly refusals: readonly RefusalRow[];
  readonly checkpoints: readonly ConversationCheckpoint[];
  readonly position: Position;
  readonly checkpointPosition: Position;
}

/** Entries per page of what follows the checkpoint. */
const TAIL_PAGE_ENTRIES = 2_000;

const SENT_KEY = 'SELECT conversation, user, key, seq, ordinal, time_ms timeMs, hash FROM sent_keys';
const IN_RANGE = 'SELECT * FROM log WHERE conversation = ? AND seq BETWEEN ? AND ?';
const AMENDING =
  'WHERE conversation = ? AND seq BETWEEN ? AND ? AND target BETWEEN ? AND ? AND target > 0 ORDER BY seq LIMIT ?';

/** The log's statements on the reader's connection. */
export class LogReader {
  readonly #db: Database;
  readonly #oldest: Statement;
  readonly #newest: Statement;
  readonly #amendmentsByTarget: Statement;
  readonly #amendmentsBySeq: Statement;
  readonly #countOwn: Statement;
  readonly #tail: Statement;
  readonly #sentKey: Statement;
  readonly #newestSentKeys: Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#oldest = db.prepare(`${IN_RANGE} ORDER BY seq LIMIT ?`).raw();
    this.#newest = db.prepare(`${IN_RANGE} ORDER BY seq DESC LIMIT ?`).raw();
    this.#amendmentsByTarget = db
      .prepare(`SELECT * FROM entries INDEXED BY amendments_by_target ${AMENDING}`)
      .raw();
    this.#amendmentsBySeq = db.prepare(`SELECT * FROM log ${AMENDING}`).raw();
    this.#countOwn = db
      .prepare(
        `SELECT count(*) FROM log
         WHERE conversation = ? AND sender = ? AND seq > ? AND seq <= ? AND kind = ${ENTRY_KIND.message}`,
      )
      .pluck();
    this.#sentKey = db.prepare(`${SENT_KEY} WHERE conversation = ? AND user = ? AND key = ?`);
    this.#newestSentKeys = db.prepare(`${SENT_KEY} ORDER BY time_ms DESC LIMIT ?`);
    this.#tail = db
      .prepare(`SELECT * FROM entries WHERE position > ? ORDER BY position LIMIT ${TAIL_PAGE_ENTRIES}`)
      .raw();
  }

  readEntries({ conversation, fromSeq, toSeq, countMax, isNewest }: EntryRange): ArrayBuffer {
    const statement = isNewest ? this.#newest : this.#oldest;
    const rows = statement.all(conversation, fromSeq, toSeq, countMax) as EntryColumns[];
    return packRows(isNewest ? rows.reverse() : rows);
  }

  readAmendments(range: AmendmentRange): ArrayBuffer {
    const { conversation, fromSeq, toSeq, targetFromSeq, targetToSeq, countMax } = range;
    // Whichever range is narrower has fewer entries to look at.
    const isByTarget = targetToSeq - targetFromSeq <= toSeq - fromSeq;
    const statement = isByTarget ? this.#amendmentsByTarget : this.#amendmentsBySeq;
    const rows = statement.all(conversation, fromSeq, toSeq, targetFromSeq, targetToSeq, countMax);
    return packRows(rows as EntryColumns[]);
  }

  countOwn(conversation: number, user: number, afterSeq: number, toSeq: number): number {
    return this.#countOwn.get(conversation, user, afterSeq, toSeq) as number;
  }

  findSentKey({ conversation, user, key }: SentKeyPlace): SentKeyRow | null {
    return (this.#sentKey.get(conversation, user, key) as SentKeyRow | undefined) ?? null;
  }

  loadSentKeys(countMax: number): SentKeyRow[] {
    return (this.#newestSentKeys.all(countMax) as SentKeyRow[]).reverse();
  }

  /** The next entries after a position, in position order; none at the end. */
  readTail(afterPosition: Position): ArrayBuffer {
    return packRows(this.#tail.all(afterPosition) as EntryColumns[]);
  }

  load(): LoadedRows {
    return {
      users: this.#rows('SELECT number, id, name FROM users ORDER BY number'),
      conversations: this.#conversations(),
      members: this.#rows(
        `SELECT conversation, user, role, first_seq firstSeq, left_seq leftSeq, joined_seq joinedSeq,
           delivered_seq deliveredSeq, read_seq readSeq, read_ordinal readOrdinal, read_own readOwn, position
         FROM members`,
      ),
      refusals: this.#refusals(),
      checkpoints: this.#rows('SELECT conversation, state FROM checkpoints'),
      position: this.#position('position'),
      checkpointPosition: this.#position('checkpoint_position'),
    };
  }

  #conversations(): ConversationRow[] {
    const rows = this.#rows<
      Omit<ConversationRow, 'isOpen' | 'attributes'> & { isOpen: number; attributes: string }
    >(
      'SELECT id, kind, title, is_open isOpen, key, created_at_ms createdAtMs, attributes FROM conversations',
    );
    return rows.map((row) => ({
      ...row,
      isOpen: row.isOpen !== 0,
      attributes: new Map(JSON.parse(row.attributes) as [string, string][]),
    }));
  }

  #refusals(): RefusalRow[] {
    const rows = this.#rows<Omit<RefusalRow, 'refusal'> & { refusal: string }>(
      'SELECT conversation, device, counter, refusal, position FROM refusals',
    );
    return rows.map((row) => ({ ...row, refusal: JSON.parse(row.refusal) as RefusalRow['refusal'] }));
  }

  #position(key: string): Position {
    return (this.#db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) ?? 0) as Position;
  }

  #rows<T>(sql: string): T[] {
    return this.#db.prepare(sql).all() as T[];
  }
}
