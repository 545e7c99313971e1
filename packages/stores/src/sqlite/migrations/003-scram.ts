import type { Migration } from './migration.ts';

export const scram: Migration = {
  version: 3,
  sql: `
    -- What proofs of a password are checked against, as RFC 5803 writes it. NULL until the password is seen again.
    ALTER TABLE users ADD COLUMN scram TEXT;
  `,
};
