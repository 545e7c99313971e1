import type { Migration } from './migration.ts';

export const records: Migration = {
  version: 2,
  sql: `
    -- Small values of parts of the server that need no table of their own: one space each, see the port RecordStore.
    CREATE TABLE records (
      space TEXT NOT NULL,
      key TEXT NOT NULL,
      value BLOB NOT NULL,
      PRIMARY KEY (space, key)
    ) STRICT, WITHOUT ROWID;
  `,
};
