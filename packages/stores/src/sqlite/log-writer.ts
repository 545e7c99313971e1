import type { ConversationCheckpoint } from '@skein/core';
import { ENTRY_KIND, type Position } from '@skein/model';

import type { Database, Statement } from 'better-sqlite3';
import { ROLES } from './batch-codec.ts';
import { Unpacker } from './packer.ts';

/** The log's statements on the writer's connection. Every method runs inside a transaction of its caller. */
export class LogWriter {
  readonly #insertEntry: Statement;
  readonly #putMember: Statement;
  readonly #putConversation: Statement;
  readonly #putRefusal: Statement;
  readonly #redact: Statement;
  readonly #redactEdits: Statement;
  readonly #putCheckpoint: Statement;
  readonly #putMeta: Statement;

  constructor(db: Database) {
    this.#insertEntry = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putMember = db.prepare('INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putConversation = db.prepare('INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?)');
    this.#putRefusal = db.prepare('INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?, ?)');
    this.#redact = db.prepare("UPDATE entries SET body = x'' WHERE conversation = ? AND seq = ?");
    this.#redactEdits = db.prepare(
      `UPDATE entries SET body = x'' WHERE conversation = ? AND target = ? AND target > 0 AND kind = ${ENTRY_KIND.edit}`,
    );
    this.#putCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?)');
    this.#putMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
  }

  /** Applies what `packBatch` packed, in its order. */
  applyBatch(packed: ArrayBuffer): void {
    const r = new Unpacker(packed);
    this.#putMeta.run('position', r.number());
    for (let left = r.number(); left > 0; left--) this.#applyEntry(r);
    for (let left = r.number(); left > 0; left--) this.#applyMember(r);
    for (let left = r.number(); left > 0; left--) {
      this.#putConversation.run(r.number(), r.text(), r.text(), r.number(), r.text(), r.number());
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
  }

  applyCheckpoint(position: Position, conversations: readonly ConversationCheckpoint[]): void {
    this.#putMeta.run('checkpoint_position', position);
    for (const { conversation, state } of conversations) this.#putCheckpoint.run(conversation, state);
  }

  // Arguments are evaluated left to right, which is the order of the columns in the buffer and in the table.
  #applyEntry(r: Unpacker): void {
    this.#insertEntry.run(
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.number(),
      r.bytes(),
    );
  }

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
