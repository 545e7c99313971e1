import type { Migration } from './migration.ts';

export const initial: Migration = {
  version: 1,
  sql: `
    -- What is known about the data as a whole: epoch, position, checkpoint_position, indexed_position, refused_commits.
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,
      value ANY NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- The log, in the order it was committed: rows are only ever added at the end, so that a batch touches few pages.
    -- device and counter make every answer to a retry derivable; there is no second row for them.
    CREATE TABLE entries (
      position INTEGER PRIMARY KEY,
      conversation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      sender INTEGER NOT NULL,
      device INTEGER NOT NULL,
      counter INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      target INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX amendments_by_target ON entries (conversation, target, seq) WHERE target > 0;

    -- Where each entry stands by conversation, up to indexed_position. Not an index that SQLite keeps, because a batch has
    -- entries of as many conversations as it has rows, and each of them would dirty a page of it: that was half of what a
    -- commit cost. Filled in runs instead, see log-writer.ts.
    CREATE TABLE entries_by_seq (
      conversation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (conversation, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('indexed_position', 0);

    -- The entries, to be asked for by conversation and seq. Those not yet in entries_by_seq are looked at one by one.
    CREATE VIEW log AS
      SELECT i.position, i.conversation, i.seq, ordinal, kind, sender, device, counter, time_ms, target, body
      FROM entries_by_seq i CROSS JOIN entries e ON e.position = i.position
      UNION ALL
      SELECT * FROM entries WHERE position > (SELECT value FROM meta WHERE key = 'indexed_position');

    CREATE TABLE conversations (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      is_open INTEGER NOT NULL,
      key TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE members (
      conversation INTEGER NOT NULL,
      user INTEGER NOT NULL,
      -- NULL for a former member.
      role TEXT,
      first_seq INTEGER NOT NULL,
      left_seq INTEGER NOT NULL,
      joined_seq INTEGER NOT NULL,
      delivered_seq INTEGER NOT NULL,
      read_seq INTEGER NOT NULL,
      read_ordinal INTEGER NOT NULL,
      read_own INTEGER NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (conversation, user)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE refusals (
      conversation INTEGER NOT NULL,
      device INTEGER NOT NULL,
      counter INTEGER NOT NULL,
      refusal TEXT NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (conversation, device, counter)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE checkpoints (
      conversation INTEGER PRIMARY KEY,
      state BLOB NOT NULL
    ) STRICT;

    CREATE TABLE users (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE COLLATE NOCASE,
      name TEXT NOT NULL,
      password_hash TEXT,
      created_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE devices (
      number INTEGER PRIMARY KEY,
      user INTEGER NOT NULL,
      installation TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      app TEXT NOT NULL,
      signed_in_at_ms INTEGER NOT NULL,
      seen_at_ms INTEGER NOT NULL,
      UNIQUE (user, installation)
    ) STRICT;

    CREATE TABLE sessions (
      device INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      user INTEGER NOT NULL,
      access_hash TEXT NOT NULL UNIQUE,
      access_expires_at_ms INTEGER NOT NULL,
      refresh_hash TEXT NOT NULL UNIQUE,
      refresh_expires_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX sessions_by_user ON sessions (user);

    CREATE TABLE used_refresh_hashes (
      hash TEXT PRIMARY KEY,
      device INTEGER NOT NULL,
      -- Their order within the session.
      place INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX used_refresh_hashes_by_device ON used_refresh_hashes (device, place);

    CREATE TABLE invitations (
      code_hash TEXT PRIMARY KEY,
      created_by INTEGER,
      expires_at_ms INTEGER NOT NULL,
      is_used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
