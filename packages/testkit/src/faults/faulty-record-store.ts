import type { RecordChange, RecordRange, RecordStore, StoredRecord } from '@skein/core';
import type { FaultyDisk } from './faulty-disk.ts';

/** Records on a {@link FaultyDisk}, beside the store of the same life. */
export class FaultyRecordStore implements RecordStore {
  readonly #inner: RecordStore;
  readonly #disk: FaultyDisk;

  constructor(inner: RecordStore, disk: FaultyDisk) {
    this.#inner = inner;
    this.#disk = disk;
  }

  readRecords(range: RecordRange): Promise<readonly StoredRecord[]> {
    return this.#disk.read(() => this.#inner.readRecords(range));
  }

  commitRecords(changes: readonly RecordChange[]): Promise<void> {
    return this.#disk.write(() => this.#inner.commitRecords(changes));
  }
}
