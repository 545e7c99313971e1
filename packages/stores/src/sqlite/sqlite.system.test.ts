import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeDirectory,
  describeRecordStore,
  describeStore,
  type OpenedData,
} from '@skein/testkit/contracts';
import { openSqlite } from './open-sqlite.ts';

describeStore('SQLite', () => open(mkdtempSync(join(tmpdir(), 'skein-'))));
describeDirectory('SQLite', () => open(mkdtempSync(join(tmpdir(), 'skein-'))));
describeRecordStore('SQLite', () => open(mkdtempSync(join(tmpdir(), 'skein-'))));

async function open(folder: string): Promise<OpenedData> {
  const { store, directory, records } = await openSqlite(folder);
  let again: OpenedData | null = null;
  return {
    store,
    directory,
    records,
    reopen: async () => {
      await store.close();
      again = await open(folder);
      return again;
    },
    dispose: async () => {
      await again?.dispose();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
