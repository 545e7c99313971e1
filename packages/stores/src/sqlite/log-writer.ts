import type { ConversationCheckpoint } from '@skein/core';
import { ENTRY_KIND, type Position } from '@skein/model';
import type { Database, Statement } from 'better-sqlite3';
import { ROLES } from './batch-codec.ts';
import { EntryInserter } from './entry-inserter.ts';
import { LogHeads } from './log-heads.ts';
import { Unpacker } from './packer.ts';

/** Entries that may wait to be found by conversation and seq: every read looks at all of them (0.1 ms). */
const INDEX_RUN_ENTRIES = 1_000;
/** Conversations that they may belong to: each dirties a page, and as many hold a commit up (5 ms). */
const INDEX_RUN_CONVERSATIONS = 500;

/** The log's statements on the writer's connection. Every method runs inside a transaction of its caller. */
export class LogWriter {
  readonly #entries: EntryInserter;
  readonly #putMember: Statement;
  readonly #putConversation: Statement;
  readonly #putRefusal: Statement;
  readonly #putSentKey: Statement;
  readonly #forgetSentKeys: Statement;
  readonly #redact: Statement;
  readonly #redactEdits: Statement;
  readonly #forgetRefusals: Statement;
  readonly #putCheckpoint: Statement;
  readonly #putMeta: Statement;
  readonly #index: Statement;
  readonly #heads: LogHeads;
  // Of the last checkpoint in this process: most slices of a pass leave it, and then there is nothing to forget.
  #checkpointPosition: Position | null = null;
  // A new process does not know, so its first batch finishes what an earlier one left.
  #unindexed = INDEX_RUN_ENTRIES;
  readonly #unindexedConversations = new Set<number>();

  constructor(db: Database) {
    this.#heads = new LogHeads(db);
    this.#entries = new EntryInserter(db, this.#heads);
    this.#putMember = db.prepare('INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putConversation = db.prepare('INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#putRefusal = db.prepare('INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?, ?)');
    this.#putSentKey = db.prepare('INSERT OR REPLACE INTO sent_keys VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#forgetSentKeys = db.prepare('DELETE FROM sent_keys WHERE time_ms < ?');
    this.#redact = db.prepare(
      "UPDATE entries SET body = x'' WHERE position = (SELECT position FROM log WHERE conversation = ? AND seq = ?)",
    );
    this.#redactEdits = db.prepare(
      `UPDATE entries SET body = x'' WHERE conversation = ? AND target = ? AND target > 0 AND kind = ${ENTRY_KIND.edit}`,
    );
    this.#forgetRefusals = db.prepare('DELETE FROM refusals WHERE position <= ?');
    this.#putCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?)');
    this.#putMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
    // OR FAIL, because any failure rolls the whole transaction back: SQLite need not prepare to undo this statement alone,
    // which it does in a temporary file and which would cost as much again.
    this.#index = db.prepare(
      `INSERT OR FAIL INTO entries_by_seq SELECT conversation, seq, position FROM entries
       WHERE position > (SELECT value FROM meta WHERE key = 'indexed_position') ORDER BY conversation, seq`,
    );
  }

  /** Applies what `packBatch` packed, in its order. */
  applyBatch(packed: ArrayBuffer): void {
    const r = new Unpacker(packed);
    const position = r.number();
    this.#putMeta.run('position', position);
    const entryCount = r.number();
    this.#entries.insert(r, entryCount, this.#unindexedConversations);
    this.#unindexed += entryCount;
    const isRunDue =
      this.#unindexed >= INDEX_RUN_ENTRIES || this.#unindexedConversations.size >= INDEX_RUN_CONVERSATIONS;
    if (isRunDue) this.#indexRun(position);
    for (let left = r.number(); left > 0; left--) this.#applyMember(r);
    for (let left = r.number(); left > 0; left--) {
      this.#putConversation.run(r.number(), r.text(), r.text(), r.number(), r.text(), r.number(), r.text());
    }
    for (let left = r.number(); left > 0; left--) {
      this.#putRefusal.run(r.number(), r.number(), r.number(), r.text(), r.number());
    }
    for (let left = r.number(); left > 0; left--) {
      const conversation = r.number();
      const seq = r.number();
      this.#redact.run(conversation, seq);
      this.#redactEdits.run(conversation, seq);
    }
    for (let left = r.number(); left > 0; left--) {
      this.#putSentKey.run(r.number(), r.number(), r.text(), r.number(), r.number(), r.number(), r.number());
    }
  }

  applyCheckpoint(position: Position, conversations: readonly ConversationCheckpoint[]): void {
    this.#putMeta.run('checkpoint_position', position);
    for (const { conversation, state } of conversations) this.#putCheckpoint.run(conversation, state);
    if (position !== this.#checkpointPosition) this.#forgetRefusals.run(position);
    this.#checkpointPosition = position;
  }

  forgetSentKeys(beforeMs: number): void {
    this.#forgetSentKeys.run(beforeMs);
  }

  /** The transaction of the last calls did not happen. */
  rolledBack(): void {
    this.#heads.forget();
    this.#checkpointPosition = null;
  }

  /** Makes every entry so far findable. A rollback undoes it, and the next run then takes these entries along. */
  #indexRun(position: number): void {
    this.#index.run();
    this.#putMeta.run('indexed_position', position);
    this.#unindexed = 0;
    this.#unindexedConversations.clear();
  }

  // Arguments are evaluated left to right, which is the order of the columns in the buffer and in the table.
  #applyMember(r: Unpacker): void {
    this.#putMember.run(
      r.number(),
      r.number(),
      ROLES[r.number()],
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
    );
  }
}
