/**
 * How long a server needs to start on a data folder of some size: after it was stopped, and after it was killed with as many
 * entries since its last checkpoint as there can be. From the start of the process to the ready line, and what processor
 * time that took.
 *
 * Run: node bench/micro/start-up.ts [--entries 1000000] [--conversations 10000] [--users 1000] [--body 100] [--starts 3]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LogCommand, type LogEvents, type LogResult, loadWorld, Sequencer } from '@skein/core';
import {
  type ConversationId,
  deviceNumber,
  LIMITS,
  SEQ_BEFORE_FIRST,
  type UserId,
  userNumber,
} from '@skein/model';
import { contentOfSend } from '@skein/protocol';
import { openSqlite } from '@skein/stores';
import { ManualClock } from '@skein/testkit';

const MAIN = join(import.meta.dirname, '..', '..', 'packages', 'server', 'src', 'main.ts');
// As `npm start` and the `skein` command do.
const NODE_OPTIONS = ['--max-semi-space-size=8'];
const CLOCK_TICKS_PER_S = 100;
const ENTRIES_PER_BATCH = 1_000;
const NO_BYTES = new Uint8Array(0);
const silent: LogEvents = { committed: () => {}, memberChanged: () => {}, readMoved: () => {} };

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    conversations: { type: 'string', default: '10000' },
    users: { type: 'string', default: '1000' },
    body: { type: 'string', default: '100' },
    starts: { type: 'string', default: '3' },
  },
});
const [entryCount, conversationCount, userCount] = [
  Number(values.entries),
  Number(values.conversations),
  Number(values.users),
];
const body = contentOfSend({ text: 'a'.repeat(Number(values.body)), content: NO_BYTES });

const folder = mkdtempSync(join(tmpdir(), 'skein-start-'));
try {
  const tail = await fill('killed');
  console.log(`${entryCount} entries, ${conversationCount} conversations, ${userCount} users`);
  await report(`killed, ${tail} changes after the checkpoint`);
  await fill('stopped');
  await report('stopped');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes the log, the first time, and leaves it as a server that ended this way would; answers what the next start reads. */
async function fill(end: 'stopped' | 'killed'): Promise<number> {
  const { store, directory } = await openSqlite(folder);
  const isNew = end === 'killed';
  for (let index = 0; isNew && index < userCount; index++) {
    const id = `user_${index}` as UserId;
    await directory.createUser({ id, name: '', passwordHash: null, scram: null, createdAtMs: 0 });
  }
  const { world, recent } = await loadWorld(store, LIMITS);
  const counters = { commits: 0, commitsFailed: 0, stored: 0 };
  const clock = new ManualClock();
  const log = new Sequencer({ world, recent, store, clock, limits: LIMITS, events: silent, counters });
  if (isNew) {
    await makeConversations(log);
    // The clock of a checkpoint goes by changes; the last one is as long ago as it may be.
    for (
      let sent = 0;
      sent < entryCount || world.changesSinceCheckpoint < LIMITS.checkpointEntriesMax - 2_000;
    ) {
      for (let index = 0; index < ENTRIES_PER_BATCH; index++, sent++) log.submit(nextSend(sent), null, check);
      await log.idle();
    }
  }
  if (end === 'stopped') await log.close();
  await store.close();
  return world.changesSinceCheckpoint;
}

async function makeConversations(log: Sequencer): Promise<void> {
  for (let index = 0; index < conversationCount; index++) {
    const [user, peer] = peopleOf(index);
    log.submit({ type: 'create-direct', user: userNumber(user), peer: userNumber(peer) }, null, check);
  }
  await log.idle();
}

/** Every conversation is of two others. */
function peopleOf(index: number): [number, number] {
  const distance = 1 + Math.floor(index / userCount);
  return [1 + (index % userCount), 1 + ((index + distance) % userCount)];
}

function nextSend(index: number): LogCommand {
  const which = index % conversationCount;
  const [user] = peopleOf(which);
  return {
    type: 'send',
    user: userNumber(user),
    device: deviceNumber(user),
    conversation: (which + 1) as ConversationId,
    counter: Math.floor(index / conversationCount) + 1,
    kind: 1,
    target: SEQ_BEFORE_FIRST,
    body,
    targetFacts: null,
    key: '',
    keyFacts: null,
  };
}

function check(result: LogResult): void {
  if (result.outcome === 'refused') throw new Error(`refused: ${result.code}`);
}

async function report(name: string): Promise<void> {
  for (let start = 0; start < Number(values.starts); start++) {
    const { wallMs, cpuMs, residentMiB } = await startOnce();
    console.log(
      `${name}: ready after ${wallMs.toFixed(0)} ms, ${cpuMs} ms of processor time, ${residentMiB.toFixed(0)} MiB`,
    );
  }
}

/** Killed when it is ready, so that the next start finds the same. */
function startOnce(): Promise<{ wallMs: number; cpuMs: number; residentMiB: number }> {
  const startedAtMs = performance.now();
  const args = [...NODE_OPTIONS, MAIN, 'start', '--port', '0', '--data', folder, '--log-level', 'error'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('close', () => reject(new Error(`it ended before it was ready: ${said}`)));
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (!/^skein ready/m.test(said)) return;
      const measured = { wallMs: performance.now() - startedAtMs, ...costOf(child.pid ?? 0) };
      child.removeAllListeners('close').once('close', () => resolve(measured));
      child.kill('SIGKILL');
    });
  });
}

function costOf(pid: number): { cpuMs: number; residentMiB: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return { cpuMs: ((user + system) * 1_000) / CLOCK_TICKS_PER_S, residentMiB: kib / 1_024 };
}
