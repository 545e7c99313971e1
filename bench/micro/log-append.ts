/**
 * What a send costs in the log without any disk or socket: decided, numbered, applied and announced to nobody. The store
 * takes every batch at once, so all of the time is the core's.
 *
 * Run: node bench/micro/log-append.ts [--entries 75] [--batches 4000] [--conversations 100] [--body 200]
 */
import { parseArgs } from 'node:util';
import {
  type CommitBatch,
  type LogCommand,
  type LogEvents,
  type LogResult,
  loadWorld,
  Sequencer,
  type Store,
  type StoredState,
} from '@skein/core';
import {
  type ConversationId,
  deviceNumber,
  LIMITS,
  position,
  SEQ_BEFORE_FIRST,
  type UserId,
  userNumber,
} from '@skein/model';
import { contentOfSend } from '@skein/protocol';
import { ManualClock } from '@skein/testkit';

const WARM_UP_BATCHES = 500;
const NO_BYTES = new Uint8Array(0);

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '75' },
    batches: { type: 'string', default: '4000' },
    conversations: { type: 'string', default: '100' },
    body: { type: 'string', default: '200' },
  },
});
const entriesPerBatch = Number(values.entries);
const conversationCount = Number(values.conversations);
const body = contentOfSend({ text: 'a'.repeat(Number(values.body)), content: NO_BYTES });

let stored = 0;
const silent: LogEvents = { committed: () => {}, memberChanged: () => {}, readMoved: () => {} };
const { world, recent } = await loadWorld(takingStore(), LIMITS);
const clock = new ManualClock();
const counters = { commits: 0, commitsFailed: 0, stored: 0 };
const log = new Sequencer({
  world,
  recent,
  store: takingStore(),
  clock,
  // The clock stands still: nobody waits for company.
  limits: { ...LIMITS, commitCompanyMin: Number.POSITIVE_INFINITY },
  events: silent,
  counters,
});

const conversations = await createConversations();
const sent = conversations.map(() => 0);
await appendBatches(WARM_UP_BATCHES);
const before = stored;
const startedMs = performance.now();
await appendBatches(Number(values.batches));
const tookMs = performance.now() - startedMs;
console.log(
  `${((tookMs * 1_000) / (stored - before)).toFixed(2)} µs per entry, in batches of ${entriesPerBatch}`,
);

async function appendBatches(count: number): Promise<void> {
  for (let batch = 0; batch < count; batch++) {
    for (let index = 0; index < entriesPerBatch; index++)
      log.submit(nextSend(batch + index), null, expectStored);
    await log.idle();
  }
}

function nextSend(index: number): LogCommand {
  const which = index % conversationCount;
  const counter = (sent[which] ?? 0) + 1;
  sent[which] = counter;
  return {
    type: 'send',
    user: userNumber(1),
    device: deviceNumber(1),
    conversation: conversations[which] as ConversationId,
    counter,
    kind: 1,
    target: SEQ_BEFORE_FIRST,
    body,
    targetFacts: null,
    key: '',
    keyFacts: null,
  };
}

function expectStored({ outcome }: LogResult): void {
  if (outcome !== 'stored') throw new Error(`a send was ${outcome}`);
}

function createConversations(): Promise<ConversationId[]> {
  const creations = Array.from({ length: conversationCount }, (_, index) =>
    create({ type: 'create-direct', user: userNumber(1), peer: userNumber(2 + index) }),
  );
  return Promise.all(creations);
}

function create(command: LogCommand): Promise<ConversationId> {
  return new Promise((resolve, reject) => {
    log.submit(command, null, (result) => {
      if (result.outcome === 'done') resolve(result.conversation);
      else reject(new Error(`creating was ${result.outcome}`));
    });
  });
}

/** Takes every batch and keeps nothing. */
function takingStore(): Store {
  const state: StoredState = {
    users: Array.from({ length: conversationCount + 1 }, (_, index) => ({
      number: userNumber(1 + index),
      id: `user-${index}` as UserId,
      name: '',
    })),
    conversations: [],
    members: [],
    position: position(0),
    checkpointPosition: position(0),
    checkpoints: [],
    entriesAfterCheckpoint: (async function* none() {})(),
    refusals: [],
  };
  return {
    epoch: 'bench-epoch-00000',
    durability: 'memory',
    load: () => Promise.resolve(state),
    commit: (batch: CommitBatch) => {
      stored += batch.entries.length;
      return Promise.resolve();
    },
    readEntries: () => Promise.resolve([]),
    readAmendments: () => Promise.resolve([]),
    countOwn: () => Promise.resolve(0),
    findSentKey: () => Promise.resolve(null),
    loadSentKeys: () => Promise.resolve([]),
    forgetSentKeys: () => Promise.resolve(),
    checkpoint: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
