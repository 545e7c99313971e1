import type { RecordableHistogram } from 'node:perf_hooks';
import {
  type AmendmentRange,
  type CommitBatch,
  type ConversationCheckpoint,
  type Durability,
  type EntryRange,
  type SentKeyRow,
  type Store,
  type StoredState,
} from '@skein/core';
import { type ConversationId, type Entry, type Position, type Seq, type UserNumber } from '@skein/model';
import { packBatch } from './batch-codec.ts';
import { unpackEntries } from './entry-codec.ts';
import { KeyLookups } from './key-lookups.ts';
import type { SqliteData } from './sqlite-data.ts';
import { tellCorruption } from './to-error.ts';

/** The log in one SQLite file: one transaction and one fsync per batch, in a thread of its own. */
export class SqliteStore implements Store {
  readonly epoch: string;
  readonly durability: Durability = 'fsync';
  readonly #data: SqliteData;
  readonly #keyLookups: KeyLookups;

  constructor(data: SqliteData) {
    this.#data = data;
    this.#keyLookups = new KeyLookups((places) => data.reader.call('findSentKeys', places));
    this.epoch = data.epoch;
  }

  async load(): Promise<StoredState> {
    const rows = await this.#data.reader.call('load', null).catch(tellCorruption);
    return { ...rows, entriesAfterCheckpoint: this.#tail(rows.checkpointPosition) };
  }

  commit(batch: CommitBatch): Promise<void> {
    const packed = packBatch(batch);
    return this.#data.writer.call('commit', packed, [packed]);
  }

  async readEntries(range: EntryRange): Promise<readonly Entry[]> {
    return unpackEntries(await this.#data.reader.call('readEntries', range));
  }

  async readAmendments(range: AmendmentRange): Promise<readonly Entry[]> {
    return unpackEntries(await this.#data.reader.call('readAmendments', range));
  }

  countOwn(conversation: ConversationId, user: UserNumber, afterSeq: Seq, toSeq: Seq): Promise<number> {
    return this.#data.reader.call('countOwn', { conversation, user, afterSeq, toSeq });
  }

  findSentKey(conversation: ConversationId, user: UserNumber, key: string): Promise<SentKeyRow | null> {
    return this.#keyLookups.find({ conversation, user, key });
  }

  loadSentKeys(countMax: number): Promise<readonly SentKeyRow[]> {
    return this.#data.reader.call('loadSentKeys', countMax).catch(tellCorruption);
  }

  forgetSentKeys(beforeMs: number): Promise<void> {
    return this.#data.writer.call('forgetSentKeys', beforeMs);
  }

  checkpoint(position: Position, conversations: readonly ConversationCheckpoint[]): Promise<void> {
    return this.#data.writer.call('checkpoint', { position, conversations });
  }

  close(): Promise<void> {
    return this.#data.close();
  }

  /** How long commits waited for the disk, in nanoseconds, since the store was opened. */
  commitLatency(): RecordableHistogram {
    return this.#data.commitLatency;
  }

  async *#tail(checkpointPosition: Position): AsyncGenerator<readonly Entry[]> {
    let after = checkpointPosition;
    for (;;) {
      const page = unpackEntries(await this.#data.reader.call('readTail', after).catch(tellCorruption));
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.position;
    }
  }
}
