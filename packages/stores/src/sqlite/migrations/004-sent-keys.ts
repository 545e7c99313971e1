import type { Migration } from './migration.ts';

export const sentKeys: Migration = {
  version: 4,
  sql: `
    -- Sends that were named by a key instead of a counter: written with their entry, forgotten after some days.
    CREATE TABLE sent_keys (
      conversation INTEGER NOT NULL,
      user INTEGER NOT NULL,
      key TEXT NOT NULL,
      seq INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      hash INTEGER NOT NULL,
      PRIMARY KEY (conversation, user, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sent_keys_by_time ON sent_keys (time_ms);
  `,
};
