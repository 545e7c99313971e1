import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreCorruptError, StoreFullError, StoreUnavailableError } from '@skein/core';
import { conversationId, ENTRY_KIND, seq } from '@skein/model';
import { batch, entries, entry } from '@skein/testkit';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../../test/in-folder.ts';
import { DataFolderLockedError, DataTooNewError, openSqlite } from '../index.ts';

const PAGE_BYTES = 4_096;

describe('the data folder', () => {
  it('[SQ1] is refused to a second opener, who learns which process holds it', () =>
    inFolder(async (folder) => {
      const { store } = await openSqlite(folder);
      const refused = await openSqlite(folder).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DataFolderLockedError);
      expect(refused).toMatchObject({ folder, pid: process.pid });
      await store.close();
      const again = await openSqlite(folder);
      await again.store.close();
    }));

  it('[SQ1] is free again after an opening that failed', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'skein.db');
      writeFileSync(path, 'not a database, but long enough to be taken for one'.repeat(100));
      await expect(openSqlite(folder)).rejects.toBeInstanceOf(StoreCorruptError);
      writeFileSync(path, '');
      const { store } = await openSqlite(folder);
      await store.close();
    }));

  it('is named when it cannot be used', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'a file');
      writeFileSync(file, '');
      const refused = openSqlite(file);
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(refused).rejects.toThrow(file);
    }));

  it('[SQ2] is left alone when a later version wrote it', () =>
    inFolder(async (folder) => {
      const { store } = await openSqlite(folder);
      await store.close();
      const db = new Sqlite(join(folder, 'skein.db'));
      db.pragma('user_version = 999');
      db.close();
      await expect(openSqlite(folder)).rejects.toBeInstanceOf(DataTooNewError);
    }));
});

describe('damaged data', () => {
  it('[SQ3] is named and refused when it is no database', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'skein.db');
      writeFileSync(path, 'x'.repeat(10_000));
      await expect(openSqlite(folder)).rejects.toThrow(path);
    }));

  it('[SQ3] is noticed by loading, also where the damage is deep inside', () =>
    inFolder(async (folder) => {
      await fill(folder, 500);
      const path = join(folder, 'skein.db');
      const bytes = readFileSync(path);
      // The header and the tables of contents stay whole: opening alone sees nothing.
      bytes.fill(0xff, PAGE_BYTES * 24);
      writeFileSync(path, bytes);

      const failures: Error[] = [];
      const { store } = await openSqlite(folder, { onFailure: (error) => failures.push(error) });
      await expect(readAll(store)).rejects.toBeInstanceOf(StoreCorruptError);
      expect(failures).toHaveLength(1);
      expect(failures[0]?.message).toContain(path);
      await expect(store.commit(batch({ entries: entries(9, 1, 1, 999) }))).rejects.toBeInstanceOf(
        StoreUnavailableError,
      );
      await store.close();
    }));

  it('[SQ3] is looked for after an unclean end', () =>
    inFolder(async (folder) => {
      await fill(folder, 500);
      const path = join(folder, 'skein.db');
      const bytes = readFileSync(path);
      bytes.fill(0xff, PAGE_BYTES * 24);
      writeFileSync(path, bytes);
      writeFileSync(`${path}-wal`, '');
      await expect(openSqlite(folder)).rejects.toBeInstanceOf(StoreCorruptError);
    }));
});

describe('no room', () => {
  it('[ST2] refuses the batch whole and takes the next one that fits', () =>
    inFolder(async (folder) => {
      const { store, directory } = await openSqlite(folder, { fileBytesMax: 100 * PAGE_BYTES });
      await store.commit(batch({ entries: entries(1, 1, 3, 1) }));
      const large = entries(1, 4, 9, 4).map((each) => ({ ...each, body: new Uint8Array(100_000) }));
      await expect(store.commit(batch({ entries: large }))).rejects.toBeInstanceOf(StoreFullError);
      expect(await seqs(store)).toEqual([1, 2, 3]);

      await store.commit(batch({ entries: entries(1, 4, 5, 4) }));
      await directory.createInvitation({ codeHash: 'a', createdBy: null, expiresAtMs: 1 });
      expect(await seqs(store)).toEqual([1, 2, 3, 4, 5]);
      await store.close();
    }));

  it('[ST2] gives room back by opening with more of it', () =>
    inFolder(async (folder) => {
      const small = await openSqlite(folder, { fileBytesMax: 60 * PAGE_BYTES });
      const large = entries(1, 1, 4, 1).map((each) => ({ ...each, body: new Uint8Array(100_000) }));
      await expect(small.store.commit(batch({ entries: large }))).rejects.toBeInstanceOf(StoreFullError);
      await small.store.close();
      const { store } = await openSqlite(folder);
      await store.commit(batch({ entries: large }));
      expect(await seqs(store)).toEqual([1, 2, 3, 4]);
      await store.close();
    }));
});

describe('commits', () => {
  it('[ST2] refuses a batch that contradicts the log, and what waits beside it is stored', () =>
    inFolder(async (folder) => {
      const { store, directory } = await openSqlite(folder);
      await store.commit(batch({ entries: entries(1, 1, 3, 1) }));
      const outcomes = await Promise.allSettled([
        store.commit(batch({ entries: entries(1, 3, 4, 4) })),
        directory.createInvitation({ codeHash: 'a', createdBy: null, expiresAtMs: 100 }),
        store.commit(batch({ entries: entries(1, 4, 4, 6) })),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
      expect(await seqs(store)).toEqual([1, 2, 3, 4]);
      expect(await directory.consumeInvitation('a', 1)).toBe(true);
      await store.close();
    }));

  it('tell how long the disk took', () =>
    inFolder(async (folder) => {
      const { store } = await openSqlite(folder);
      for (let at = 1; at <= 5; at++) await store.commit(batch({ entries: entries(1, at, at, at) }));
      const latency = store.commitLatency();
      expect(latency.count).toBe(5);
      expect(latency.min).toBeGreaterThan(0);
      await store.close();
    }));

  it('[ST8] leave nothing of a recalled message in the files', () =>
    inFolder(async (folder) => {
      const secret = 'Sweet are the uses of adversity';
      const { store } = await openSqlite(folder);
      await store.commit(batch({ entries: [entry({ body: new TextEncoder().encode(secret) })] }));
      expect(isInFiles(folder, secret)).toBe(true);
      const recall = { ...entries(1, 2, 2, 2)[0]!, kind: ENTRY_KIND.recall, target: seq(1) };
      await store.commit(
        batch({ entries: [recall], redactions: [{ conversation: conversationId(1), seq: seq(1) }] }),
      );
      await store.close();
      expect(isInFiles(folder, secret)).toBe(false);
    }));
});

async function fill(folder: string, count: number): Promise<void> {
  const { store } = await openSqlite(folder);
  await store.commit(batch({ entries: entries(1, 1, count, 1).map(withLongBody) }));
  await store.close();
}

function withLongBody<T extends { body: Uint8Array }>(each: T): T {
  return { ...each, body: new Uint8Array(500).fill(65) };
}

type AnyStore = Awaited<ReturnType<typeof openSqlite>>['store'];

async function seqs(store: AnyStore): Promise<number[]> {
  const found = await store.readEntries({
    conversation: conversationId(1),
    fromSeq: seq(1),
    toSeq: seq(99),
    countMax: 99,
    isNewest: false,
  });
  return found.map((each) => each.seq);
}

async function readAll(store: AnyStore): Promise<void> {
  const { entriesAfterCheckpoint } = await store.load();
  for await (const page of entriesAfterCheckpoint) expect(page.length).toBeGreaterThan(0);
}

function isInFiles(folder: string, text: string): boolean {
  return ['skein.db', 'skein.db-wal'].some((name) => {
    try {
      return readFileSync(join(folder, name)).includes(text);
    } catch {
      return false;
    }
  });
}
