import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreFullError } from '@skein/core';
import { batch } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../src/index.ts';
import { expectedEntries } from './expected-log.ts';

const DISK_BYTES = 4 * 1024 * 1024;
const BALLAST_BYTES = 2 * 1024 * 1024;
const BATCH_ENTRIES = 20;
const BATCHES_MAX = 10_000;

// Only root may mount; the same rule is checked with a limit on the file in sqlite-store.system.test.ts.
describe.skipIf(!canMount())('a disk without room', () => {
  it('[ST2] refuses what does not fit, loses nothing, and goes on when there is room', () =>
    onSmallDisk(async (folder) => {
      const ballast = join(folder, 'ballast');
      writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
      const { store } = await openSqlite(join(folder, 'data'));
      let position = await commitUntilFull(store, 0);
      expect(position).toBeGreaterThan(0);
      // It stays refused, and reading goes on.
      const next = batch({ entries: expectedEntries(position + 1, position + BATCH_ENTRIES) });
      await expect(store.commit(next)).rejects.toBeInstanceOf(StoreFullError);
      expect(await positionIn(store)).toBe(position);

      truncateSync(ballast, 0);
      await store.commit(next);
      position = await commitUntilFull(store, position + BATCH_ENTRIES);
      await store.close();

      const again = await openSqlite(join(folder, 'data'));
      expect(await positionIn(again.store)).toBe(position);
      await again.store.close();
    }));
});

type AnyStore = Awaited<ReturnType<typeof openSqlite>>['store'];

/** Commits until there is no room and answers the last position that was stored. */
async function commitUntilFull(store: AnyStore, fromPosition: number): Promise<number> {
  let position = fromPosition;
  for (let count = 0; count < BATCHES_MAX; count++) {
    const entries = expectedEntries(position + 1, position + BATCH_ENTRIES);
    try {
      await store.commit(batch({ entries }));
    } catch (error) {
      if (error instanceof StoreFullError) return position;
      throw error;
    }
    position += BATCH_ENTRIES;
  }
  throw new Error('the disk never filled up');
}

/** Where the log ends, once every entry of it was found whole. */
async function positionIn(store: AnyStore): Promise<number> {
  const { position, entriesAfterCheckpoint } = await store.load();
  let seen = 0;
  for await (const page of entriesAfterCheckpoint) {
    expect(page).toEqual(expectedEntries(seen + 1, seen + page.length));
    seen += page.length;
  }
  expect(seen).toBe(position);
  return position;
}

async function onSmallDisk(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-full-'));
  mount(folder);
  try {
    await run(folder);
  } finally {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  }
}

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'pipe' });
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'skein-mount-'));
  try {
    mount(folder);
    execFileSync('umount', [folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
