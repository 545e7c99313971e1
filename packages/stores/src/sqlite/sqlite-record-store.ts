import type { RecordChange, RecordRange, RecordStore, StoredRecord } from '@skein/core';
import type { SqliteData } from './sqlite-data.ts';

/** Records in the same file as the log, written by the same thread: they share its fsyncs. */
export class SqliteRecordStore implements RecordStore {
  readonly #data: SqliteData;

  constructor(data: SqliteData) {
    this.#data = data;
  }

  readRecords(range: RecordRange): Promise<readonly StoredRecord[]> {
    return this.#data.reader.call('readRecords', range);
  }

  commitRecords(changes: readonly RecordChange[]): Promise<void> {
    return this.#data.writer.call('commitRecords', changes);
  }
}
