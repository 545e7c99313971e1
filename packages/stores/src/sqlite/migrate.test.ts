import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conversationId, type Entry, seq } from '@skein/model';
import Sqlite, { type Database } from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../../test/in-folder.ts';
import { migrate, snapshotPath } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import { openSqlite } from './open-sqlite.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures');
const NEWEST = MIGRATIONS.at(-1)?.version ?? 0;
const VERSIONS = MIGRATIONS.map(({ version }) => version);

describe('migrations', () => {
  it('are numbered from 1 without gaps, and each version has data to be tested with', () => {
    expect(VERSIONS).toEqual(VERSIONS.map((_, index) => index + 1));
    expect(readdirSync(FIXTURES).toSorted()).toEqual(VERSIONS.map((version) => `v${version}.sql`).toSorted());
  });

  it.each(VERSIONS)('[SQ2] bring data of version %i to the newest with nothing lost', (version) =>
    inFolder(async (folder) => {
      build(join(folder, 'skein.db'), version);
      const { store, directory } = await openSqlite(folder);
      const { entriesAfterCheckpoint, ...state } = await store.load();
      const attributes = new Map(version < 5 ? [] : [['topic', '放羊']]);
      expect(state).toMatchObject({
        users: [
          { number: 1, id: 'Rosalind' },
          { number: 2, id: 'orlando' },
        ],
        conversations: [
          { id: 1, kind: 'group', title: '亚登森林', isOpen: true, key: '1:arden', attributes },
        ],
        members: [
          { user: 1, role: 'owner', deliveredSeq: 4, readSeq: 3, readOrdinal: 2, readOwn: 1, position: 4 },
          { user: 2, role: null, leftSeq: 4, joinedSeq: 2, position: 5 },
        ],
        refusals: [{ device: 8, counter: 2, refusal: { code: 'permission.not_member' } }],
        checkpoints: [{ conversation: 1, state: new Uint8Array([6, 7]) }],
        position: 5,
        checkpointPosition: 2,
      });
      expect((await flat(entriesAfterCheckpoint)).map((each) => each.position)).toEqual([3, 4]);
      expect(store.epoch).toBe('0123456789abcdef0123456789abcdef');
      const range = { conversation: conversationId(1), fromSeq: seq(1), toSeq: seq(9), countMax: 9 };
      expect(await store.readEntries({ ...range, isNewest: false })).toMatchObject([
        { seq: 1, device: 7, body: new Uint8Array([1, 2, 3]) },
        { seq: 2, device: 8, body: new Uint8Array(0) },
        { seq: 3, target: 1, kind: 2, ordinal: 2 },
        { seq: 4, timeMs: 1_700_000_000_006 },
      ]);
      expect(await directory.findCredentials('rosalind')).toMatchObject({
        number: 1,
        passwordHash: 'hash',
        scram: version < 3 ? null : 'SCRAM-SHA-1$10000:c2FsdA==$c3RvcmVk:c2VydmVy',
      });
      expect(await directory.findSession({ usedRefreshHash: 'used-b' })).toMatchObject({
        id: 's-7',
        usedRefreshHashes: ['used-a', 'used-b'],
      });
      expect(await directory.consumeInvitation('code', 1)).toBe(true);
      await store.close();
    }),
  );

  const next: Migration = {
    version: NEWEST + 1,
    sql: "ALTER TABLE users ADD COLUMN motto TEXT; UPDATE users SET name = 'changed';",
  };

  it('[SQ2] put a copy of the data beside it before they start', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'skein.db');
      build(path, NEWEST);
      const db = new Sqlite(path);
      migrate(db, [...MIGRATIONS, next]);
      expect(names(db)).toEqual(['changed', 'changed']);
      db.close();
      const copy = new Sqlite(snapshotPath(path, NEWEST), { readonly: true });
      expect(names(copy)).toEqual(['Rosalind', 'Orlando']);
      expect(copy.pragma('user_version', { simple: true })).toBe(NEWEST);
      copy.close();
    }));

  it('[SQ2] leave data that one of them could not change as it was', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'skein.db');
      build(path, NEWEST);
      const db = new Sqlite(path);
      const broken = { ...next, sql: `${next.sql} INSERT INTO nowhere VALUES (1);` };
      expect(() => migrate(db, [...MIGRATIONS, broken])).toThrow('nowhere');
      expect(names(db)).toEqual(['Rosalind', 'Orlando']);
      expect(db.pragma('user_version', { simple: true })).toBe(NEWEST);
      db.close();
    }));

  it('[SQ2] keep the first copy when they are tried again', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'skein.db');
      build(path, NEWEST);
      const db = new Sqlite(path);
      const broken = { ...next, version: next.version + 1, sql: 'INSERT INTO nowhere VALUES (1);' };
      expect(() => migrate(db, [...MIGRATIONS, next, broken])).toThrow('nowhere');
      expect(db.pragma('user_version', { simple: true })).toBe(next.version);
      migrate(db, [...MIGRATIONS, next, { ...broken, sql: 'SELECT 1;' }]);
      db.close();
      expect(existsSync(snapshotPath(path, NEWEST))).toBe(true);
      expect(existsSync(snapshotPath(path, next.version))).toBe(true);
    }));

  it('[SQ2] take no copy of data that is new', () =>
    inFolder(async (folder) => {
      const { store } = await openSqlite(folder);
      await store.close();
      expect(readdirSync(folder).filter((name) => /\.v\d/.test(name))).toEqual([]);
    }));
});

/** A file as the program of that version left it. */
function build(path: string, version: number): void {
  const db = new Sqlite(path);
  db.pragma('journal_mode = WAL');
  migrate(
    db,
    MIGRATIONS.filter((migration) => migration.version <= version),
  );
  db.exec(readFileSync(join(FIXTURES, `v${version}.sql`), 'utf8'));
  db.close();
}

function names(db: Database): unknown[] {
  return db.prepare('SELECT name FROM users ORDER BY number').pluck().all();
}

async function flat(pages: AsyncIterable<readonly Entry[]>): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
