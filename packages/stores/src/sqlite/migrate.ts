import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { DataTooNew } from './failure.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

/**
 * Brings the data to the newest version, one transaction per step, so that a process that dies in between continues
 * where it was. Before the first step of existing data a copy of it is put beside it.
 */
export function migrate(db: Database, migrations: readonly Migration[] = MIGRATIONS): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) throw new DataTooNew(version, newest);

  const ahead = migrations.filter((migration) => migration.version > version);
  if (ahead.length === 0) return;
  if (version > 0) snapshot(db, version);
  for (const migration of ahead) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    })();
  }
}

/** The path of the copy that is taken before data of this version is migrated. */
export function snapshotPath(path: string, version: number): string {
  return `${path}.v${version}`;
}

/** Under its final name only once it is complete and on the disk. */
function snapshot(db: Database, version: number): void {
  const path = snapshotPath(db.name, version);
  if (existsSync(path)) return;
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { force: true });
  db.prepare('VACUUM INTO ?').run(unfinished);
  syncPath(unfinished);
  renameSync(unfinished, path);
  syncPath(dirname(path));
}

/** Makes a file's content, or a folder's list of names, survive a power cut. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
