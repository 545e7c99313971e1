import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describeNeeding } from '@skein/needs';
import { SeededRandom } from '@skein/testkit';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../src/index.ts';
import { expectedEntries } from './expected-log.ts';
import { PowerCutDisk } from './power-cut-disk.ts';

/** How many cuts to make; `npm run powercut -w @skein/stores` makes 100. */
const CUTS = Number(process.env['SKEIN_POWER_CUTS'] ?? 10);
const CONTROL_CUTS = 5;
const SEED = Number(process.env['SKEIN_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const MS_PER_CUT_MAX = 20_000;
const LOOP = join(import.meta.dirname, 'commit-loop.ts');

describeNeeding('gcc', 'a power cut', () => {
  let root = '';
  let disk: PowerCutDisk;
  let random: SeededRandom;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'skein-cut-'));
    disk = new PowerCutDisk(root);
    random = new SeededRandom(SEED);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it(`[SQ6] loses nothing that was acknowledged: ${CUTS} cuts at random moments, seed ${SEED}`, {
    timeout: CUTS * MS_PER_CUT_MAX,
  }, async () => {
    let ackedInAll = 0;
    for (let cut = 1; cut <= CUTS; cut++) {
      const told = await runUntilCut('durable');
      disk.cut(random.chance(0.5), random);
      const found = await inspect();
      expect(found.position, `cut ${cut}, seed ${SEED}`).toBeGreaterThanOrEqual(told.acked);
      expect(found.userCount, `cut ${cut}, seed ${SEED}`).toBeGreaterThanOrEqual(told.users);
      ackedInAll = found.position;
    }
    expect(ackedInAll).toBeGreaterThan(CUTS);
    console.log(`${CUTS} power cuts, ${ackedInAll} entries, 0 acknowledged lost`);
  });

  it('loses what was committed without a sync: the cut is real', { timeout: 60_000 }, async () => {
    let lost = 0;
    for (let cut = 1; cut <= CONTROL_CUTS; cut++) {
      const told = await runUntilCut('careless');
      disk.cut(false, random);
      const db = new Sqlite(join(disk.folder, 'skein.db'));
      const { count } = db.prepare('SELECT count(*) count FROM sqlite_schema').get() as { count: number };
      const found =
        count === 0 ? 0 : (db.prepare('SELECT max(number) FROM numbers').pluck().get() as number | null);
      db.exec('DROP TABLE IF EXISTS numbers');
      db.close();
      lost += told.acked - (found ?? 0);
    }
    expect(lost).toBeGreaterThan(0);
  });

  /** Starts the loop and kills it at a random moment, sometimes while it is still opening. */
  async function runUntilCut(kind: string): Promise<{ acked: number; users: number }> {
    const child = spawn(process.execPath, [LOOP, disk.folder, kind], {
      env: disk.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = collect(child);
    const isDuringOpen = kind === 'durable' && random.chance(0.2);
    if (!isDuringOpen) await output.first;
    await new Promise((resolve) => setTimeout(resolve, random.between(isDuringOpen ? 100 : 0, 400)));
    child.kill('SIGKILL');
    const lines = await output.all;
    return { acked: lastNumber(lines, 'acked'), users: lastNumber(lines, 'user') };
  }

  /** Opens a copy, so that the next life starts from what the cut left and not from a folder that was closed well. */
  async function inspect(): Promise<{ position: number; userCount: number }> {
    const copy = join(root, 'copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(disk.folder, copy, { recursive: true });
    const { store } = await openSqlite(copy);
    const { position, users, entriesAfterCheckpoint } = await store.load();
    let seen = 0;
    for await (const page of entriesAfterCheckpoint) {
      expect(page).toEqual(expectedEntries(seen + 1, seen + page.length));
      seen += page.length;
    }
    expect(seen).toBe(position);
    await store.close();
    const db = new Sqlite(join(copy, 'skein.db'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    return { position, userCount: users.length };
  }
});

function collect(child: ChildProcessByStdio<null, Readable, null>) {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return {
    first: new Promise<void>((resolve) => {
      child.stdout.once('data', () => resolve());
    }),
    // A line that was cut short was not said.
    all: new Promise<string[]>((resolve) => {
      child.once('close', () => resolve(text.split('\n').slice(0, -1)));
    }),
  };
}

function lastNumber(lines: readonly string[], word: string): number {
  const line = lines.findLast((each) => each.startsWith(`${word} `));
  return Number(line?.split(' ')[1] ?? 0);
}
