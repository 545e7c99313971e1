import type { RecordChange, RecordRange, RecordStore, StoredRecord } from '@skein/core';
import { MemoryData } from './memory-data.ts';

/** Reference implementation of {@link RecordStore}. */
export class MemoryRecordStore implements RecordStore {
  readonly #data: MemoryData;

  constructor(data: MemoryData = new MemoryData()) {
    this.#data = data;
  }

  async readRecords({ space, prefix, afterKey, countMax }: RecordRange): Promise<readonly StoredRecord[]> {
    const records = this.#data.records.get(space) ?? new Map<string, Uint8Array>();
    return [...records]
      .filter(([key]) => key.startsWith(prefix) && compareUtf8(key, afterKey) > 0)
      .sort(([a], [b]) => compareUtf8(a, b))
      .slice(0, countMax)
      .map(([key, value]) => ({ key, value: value.slice() }));
  }

  async commitRecords(changes: readonly RecordChange[]): Promise<void> {
    for (const { space, key, value } of changes) {
      const records = this.#data.records.get(space) ?? new Map<string, Uint8Array>();
      this.#data.records.set(space, records);
      if (value === null) records.delete(key);
      else records.set(key, value.slice());
    }
  }
}

function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
