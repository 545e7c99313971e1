import type { RecordChange, RecordRange, RecordStore, StoredRecord } from '@skein/core';

/** Records for tests of the core itself, in plain sight, failing on request. */
export class FakeRecordStore implements RecordStore {
  /** Space → key → value. */
  readonly spaces = new Map<string, Map<string, Uint8Array>>();
  /** Runs before each call, which waits for it: a test may fail a call or hold it back. */
  before: (call: keyof RecordStore) => void | Promise<void> = () => undefined;

  async readRecords({ space, prefix, afterKey, countMax }: RecordRange): Promise<readonly StoredRecord[]> {
    await this.before('readRecords');
    return [...(this.spaces.get(space) ?? [])]
      .filter(([key]) => key.startsWith(prefix) && orderOf(key) > orderOf(afterKey))
      .sort(([a], [b]) => (orderOf(a) < orderOf(b) ? -1 : 1))
      .slice(0, countMax)
      .map(([key, value]) => ({ key, value }));
  }

  async commitRecords(changes: readonly RecordChange[]): Promise<void> {
    await this.before('commitRecords');
    for (const { space, key, value } of changes) {
      const records = this.spaces.get(space) ?? new Map<string, Uint8Array>();
      this.spaces.set(space, records);
      if (value === null) records.delete(key);
      else records.set(key, value.slice());
    }
  }
}

/** Sorts as the UTF-8 bytes of the key do, which is by code points. */
function orderOf(key: string): string {
  return Array.from(key, (character) => String(character.codePointAt(0)).padStart(7, '0')).join('');
}
