import type { Directory, RecordStore, Store } from '@skein/core';
import { MemoryData, MemoryDirectory, MemoryRecordStore, MemoryStore, openSqlite } from '@skein/stores';
import type { Config } from '../config/config.ts';

export interface OpenedData {
  readonly store: Store;
  readonly directory: Directory;
  readonly records: RecordStore;
}

/**
 * Opens what the configuration says the data is; whoever opened it is its only writer until `store.close()`.
 * `onFailure` is told when a storage thread died, after which only a restart helps.
 *
 * Errors: throws DataFolderLockedError when another process has it, DataTooNewError, StoreUnavailableError or
 * StoreCorruptError.
 */
export async function openData(config: Config, onFailure: (error: Error) => void): Promise<OpenedData> {
  if (config['data.store'] === 'memory') {
    const data = new MemoryData();
    return {
      store: new MemoryStore(data),
      directory: new MemoryDirectory(data),
      records: new MemoryRecordStore(data),
    };
  }
  return openSqlite(config['data.folder'], { onFailure });
}
