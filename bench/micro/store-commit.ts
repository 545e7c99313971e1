/**
 * What a durable entry costs in the SQLite store, both threads together: batches are committed one after the other, as
 * the core does, and the process's CPU time is divided by the entries.
 *
 * Run: node bench/micro/store-commit.ts [--entries 75] [--batches 1000] [--conversations 100] [--body 200]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { conversationId, deviceNumber, type Entry, position, seq, userNumber } from '@skein/model';
import { openSqlite } from '@skein/stores';
import { batch, entry, SeededRandom } from '@skein/testkit';

const WARM_UP_BATCHES = 100;
const NS_PER_MS = 1_000_000;

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '75' },
    batches: { type: 'string', default: '1000' },
    conversations: { type: 'string', default: '100' },
    body: { type: 'string', default: '200' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const entriesPerBatch = Number(values.entries);
const batchCount = Number(values.batches);
const conversationCount = Number(values.conversations);
const body = new Uint8Array(Number(values.body)).fill(65);

const folder = mkdtempSync(join(values.folder, 'skein-bench-'));
const { store } = await openSqlite(folder);
const random = new SeededRandom(1);
const heads = new Map<number, number>();
let at = 0;

for (let index = 0; index < WARM_UP_BATCHES; index++) await store.commit(nextBatch());
// Made before the clock starts: making entries is the core's cost, not the store's.
const batches = Array.from({ length: batchCount }, nextBatch);
store.commitLatency().reset();
const startedAtMs = performance.now();
const startedCpu = process.cpuUsage();
for (const each of batches) await store.commit(each);
const cpu = process.cpuUsage(startedCpu);
const tookMs = performance.now() - startedAtMs;
const latency = store.commitLatency();

const count = batchCount * entriesPerBatch;
console.table({
  'CPU per entry, µs': ((cpu.user + cpu.system) / count).toFixed(2),
  '  of it in user mode, µs': (cpu.user / count).toFixed(2),
  'entries per second': Math.round((count / tookMs) * 1000),
  'batch, mean ms': (tookMs / batchCount).toFixed(2),
  'COMMIT p50, ms': (latency.percentile(50) / NS_PER_MS).toFixed(2),
  'COMMIT p99, ms': (latency.percentile(99) / NS_PER_MS).toFixed(2),
  'COMMIT max, ms': (latency.max / NS_PER_MS).toFixed(2),
});
await store.close();
rmSync(folder, { recursive: true });

function nextBatch() {
  return batch({ entries: Array.from({ length: entriesPerBatch }, nextEntry) });
}

function nextEntry(): Entry {
  const conversation = 1 + random.int(conversationCount);
  const head = (heads.get(conversation) ?? 0) + 1;
  heads.set(conversation, head);
  return entry({
    conversation: conversationId(conversation),
    seq: seq(head),
    ordinal: head,
    sender: userNumber(conversation),
    device: deviceNumber(conversation),
    counter: head,
    timeMs: 1_700_000_000_000 + at,
    body,
    position: position(++at),
  });
}
