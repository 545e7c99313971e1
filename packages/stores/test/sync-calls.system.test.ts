import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeNeeding } from '@skein/needs';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../src/index.ts';
import { MIGRATIONS } from '../src/sqlite/migrations/index.ts';
import { expectedEntries } from './expected-log.ts';
import { inFolder } from './in-folder.ts';

const LOOP = join(import.meta.dirname, 'commit-loop.ts');
const COMMITS = 100;
/**
 * Which sync of the log fails: late enough that the data exists (each migration is a sync), early enough that none of it was
 * moved to the file.
 */
const FAILING_SYNC = MIGRATIONS.length + 5;

describeNeeding('strace', 'the system calls of a commit', () => {
  it('[SQ6] sync the log before anything is acknowledged', () =>
    inFolder(async (folder) => {
      const trace = join(folder, 'trace');
      const calls = 'trace=pwrite64,write,fsync,fdatasync';
      const lines = await run(folder, ['-y', '-o', trace, '-e', calls], ['durable', String(COMMITS)]);
      expect(numbersOf(lines, 'acked')).toHaveLength(COMMITS);

      const order = orderOf(readFileSync(trace, 'utf8'));
      const acks = order.split('a');
      // Before each acknowledgement: written, then synced, and nothing written after that.
      expect(acks.slice(0, COMMITS).filter((before) => !/w+s$/.test(before))).toEqual([]);
    }));

  it('[SQ7] that fail once refuse that batch, and the next attempt succeeds', () =>
    inFolder(async (folder) => {
      const lines = await run(folder, failing(folder, String(FAILING_SYNC)), ['durable', '30']);
      const refused = lines.filter((line) => line.startsWith('refused'));
      expect(refused).toHaveLength(1);
      expect(refused[0]).toContain('StoreUnavailableError');
      const acked = numbersOf(lines, 'acked');
      // Acknowledged in order, each once; the refused batch went in with a later attempt.
      expect(acked).toEqual(acked.toSorted((a, b) => a - b));
      expect(await storedPosition(folder)).toBe(acked.at(-1));
    }));

  it('[SQ7] that fail for good acknowledge nothing more, and a restart does not find the refused batch', () =>
    inFolder(async (folder) => {
      const lines = await run(folder, failing(folder, `${FAILING_SYNC}+`), ['fragile']);
      const at = lines.findIndex((line) => line.startsWith('refused'));
      expect(at).toBe(lines.length - 1);
      const acked = numbersOf(lines, 'acked');
      expect(acked.length).toBeGreaterThan(0);
      expect(await storedPosition(folder)).toBe(acked.at(-1));
    }));
});

describe('the trace reader', () => {
  it('puts calls that overlap in the order in which they took effect', () => {
    const trace = [
      '7 pwrite64(21</d/skein.db-wal>, ""..., 24, 0) = 24',
      '7 fdatasync(21</d/skein.db-wal> <unfinished ...>',
      '6 write(1<pipe:[1]>, "acked 1\\n", 8) = 8',
      '7 <... fdatasync resumed>) = 0',
      '6 write(1<pipe:[1]>, "acked 2\\n", 8 <unfinished ...>',
      '7 fdatasync(21</d/skein.db-wal>) = -1 EIO (Input/output error)',
    ];
    expect(orderOf(trace.join('\n'))).toBe('wasa');
  });
});

/** The strace arguments that make some syncs of the write-ahead log fail. */
function failing(folder: string, when: string): string[] {
  const inject = `inject=fsync,fdatasync:error=EIO:when=${when}`;
  return ['-o', '/dev/null', '-P', join(folder, 'skein.db-wal'), '-e', 'trace=fsync,fdatasync', '-e', inject];
}

/** Runs the commit loop under strace and answers the lines it said. */
function run(folder: string, options: string[], loop: string[]): Promise<string[]> {
  const child = spawn('strace', ['-f', ...options, process.execPath, LOOP, folder, ...loop], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return linesOf(child);
}

function linesOf(child: ChildProcess): Promise<string[]> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve) => {
    child.once('close', () => resolve(text.split('\n').slice(0, -1)));
  });
}

/** One letter per call: w a write to the log begins, s a sync of it succeeded, a an acknowledgement begins to be said. */
function orderOf(trace: string): string {
  const syncing = new Set<string>();
  let order = '';
  for (const line of trace.split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (/^pwrite64\(\d+<[^>]*-wal>/.test(call)) order += 'w';
    if (/^write\(1<[^>]*>, "acked /.test(call)) order += 'a';
    const isSync = /^f(?:data)?sync\(\d+<[^>]*-wal>/.test(call);
    if (isSync && call.includes('<unfinished')) syncing.add(thread);
    const isEnd = /^<\.\.\. f(?:data)?sync resumed>/.test(call) && syncing.delete(thread);
    if ((isSync || isEnd) && call.endsWith(' = 0')) order += 's';
  }
  return order;
}

function numbersOf(lines: readonly string[], word: string): number[] {
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.split(' ')[1]));
}

/** Opens what the process left and answers its position, once every entry up to there was found whole. */
async function storedPosition(folder: string): Promise<number> {
  const { store } = await openSqlite(folder);
  const { position, entriesAfterCheckpoint } = await store.load();
  let seen = 0;
  for await (const page of entriesAfterCheckpoint) {
    expect(page).toEqual(expectedEntries(seen + 1, seen + page.length));
    seen += page.length;
  }
  expect(seen).toBe(position);
  await store.close();
  return position;
}
