import { checkRuntime } from './check-runtime.ts';
import { SqliteData, type SqliteOptions } from './sqlite-data.ts';
import { SqliteDirectory } from './sqlite-directory.ts';
import { SqliteRecordStore } from './sqlite-record-store.ts';
import { SqliteStore } from './sqlite-store.ts';

export interface OpenedSqlite {
  readonly store: SqliteStore;
  readonly directory: SqliteDirectory;
  readonly records: SqliteRecordStore;
}

/**
 * Opens the data in a folder, which is made when it is missing; closing the store closes the others too.
 *
 * Errors: throws DataFolderLockedError when another process has it open, DataTooNewError when a later version wrote it,
 * StoreCorruptError naming the file, StoreFullError, StoreUnavailableError.
 */
export async function openSqlite(folder: string, options: SqliteOptions = {}): Promise<OpenedSqlite> {
  checkRuntime();
  const data = await SqliteData.open(folder, options);
  return {
    store: new SqliteStore(data),
    directory: new SqliteDirectory(data),
    records: new SqliteRecordStore(data),
  };
}
