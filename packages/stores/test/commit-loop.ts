/**
 * A process to be cut off: commits batches without end and says on stdout what was acknowledged, one line each, written
 * before anything else happens.
 *
 * Arguments: folder, kind, and after how many commits to stop. `durable` commits through the store; `fragile` does too and
 * dies at the first refusal; `careless` commits through a connection that does not sync each commit, to show that a cut
 * finds the difference.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailableError } from '@skein/core';
import { parseUserId, type UserId } from '@skein/model';
import { batch, SeededRandom } from '@skein/testkit';
import Sqlite from 'better-sqlite3';
import { openSqlite } from '../src/index.ts';
import { expectedEntries } from './expected-log.ts';

const BATCH_ENTRIES_MAX = 30;
const COMMITS_PER_USER = 40;
const RETRY_AFTER_MS = 20;
const STDOUT = 1;

const [folder = '', kind = 'durable', stopAfter = 'Infinity'] = process.argv.slice(2);
const random = new SeededRandom(process.pid);
if (kind === 'careless') commitCarelessly();
else await commitDurably(Number(stopAfter));

async function commitDurably(commitCount: number): Promise<void> {
  const { store, directory } = await openSqlite(folder);
  const state = await store.load();
  let { position } = state as { position: number };
  let userCount = state.users.length;
  say('open');
  for (let commits = 1; commits <= commitCount; commits++) {
    const entries = expectedEntries(position + 1, position + random.between(1, BATCH_ENTRIES_MAX));
    try {
      await store.commit(batch({ entries }));
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      say(`refused ${position + 1} ${error.name}`);
      if (kind === 'fragile') process.kill(process.pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      continue;
    }
    position += entries.length;
    say(`acked ${position}`);
    if (commits % COMMITS_PER_USER !== 0) continue;
    const id = parseUserId(`user-${++userCount}`) as UserId;
    await directory.createUser({ id, name: id, passwordHash: null, scram: null, createdAtMs: 1 });
    say(`user ${userCount}`);
  }
  await store.close();
}

function commitCarelessly(): void {
  const db = new Sqlite(join(folder, 'skein.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec('CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)');
  const insert = db.prepare('INSERT INTO numbers VALUES (?)');
  say('open');
  for (let number = 1; ; number++) {
    insert.run(number);
    say(`acked ${number}`);
  }
}

function say(line: string): void {
  writeSync(STDOUT, `${line}\n`);
}
