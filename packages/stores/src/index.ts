export { MemoryData } from './memory/memory-data.ts';
export { MemoryDirectory } from './memory/memory-directory.ts';
export { MemoryStore } from './memory/memory-store.ts';
export { DataFolderLockedError } from './sqlite/folder-lock.ts';
export { type OpenedSqlite, openSqlite } from './sqlite/open-sqlite.ts';
export type { SqliteOptions } from './sqlite/sqlite-data.ts';
export { SqliteDirectory } from './sqlite/sqlite-directory.ts';
export { SqliteStore } from './sqlite/sqlite-store.ts';
export { DataTooNewError } from './sqlite/to-error.ts';
