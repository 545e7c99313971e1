import type { Migration } from './migration.ts';

export const attributes: Migration = {
  version: 5,
  sql: `
    -- What an application keeps with a conversation: JSON, pairs of a key and a value.
    ALTER TABLE conversations ADD COLUMN attributes TEXT NOT NULL DEFAULT '[]';
  `,
};
