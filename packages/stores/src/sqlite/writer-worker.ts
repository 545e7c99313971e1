import { parentPort } from 'node:worker_threads';
import { assert } from '@skein/model';
import type { Database } from 'better-sqlite3';
import { DirectoryWriter } from './directory-writer.ts';
import { failureOf } from './failure.ts';
import { LogWriter } from './log-writer.ts';
import { epochOf, openForWriting } from './open-database.ts';
import { RecordWriter } from './record-writer.ts';
import type { DataFile, WorkerAnswer, WorkerMessage, WorkerRequest, WriterCalls } from './worker-calls.ts';
import { WriteQueue } from './write-queue.ts';

/** The only thread that writes. It waits for the disk, so that nobody else has to. */
assert(parentPort !== null, 'this file is started as a worker');
const port = parentPort;
let opened: { readonly db: Database; readonly queue: WriteQueue } | null = null;

port.on('message', (request: WorkerRequest) => {
  if (request.name === 'open') tell([open(request.id, request.argument as DataFile)], null);
  else if (request.name === 'close') close(request.id);
  else opened?.queue.add(request);
});

function open(id: number, file: DataFile): WorkerAnswer {
  try {
    const db = openForWriting(file);
    const log = new LogWriter(db);
    const calls = callsOn(log, new DirectoryWriter(db), new RecordWriter(db));
    const carry = ({ name, argument }: WorkerRequest): unknown =>
      calls[name as keyof typeof calls](argument as never);
    const queue = new WriteQueue(db, carry, {
      committed: ({ answers, tookMs }) => tell(answers, tookMs),
      rolledBack: () => log.rolledBack(),
    });
    opened = { db, queue };
    return { id, value: epochOf(db) };
  } catch (error) {
    return { id, failure: failureOf(error, file.path) };
  }
}

function close(id: number): void {
  opened?.queue.flush();
  opened?.db.close();
  tell([{ id, value: null }], null);
  port.close();
}

function callsOn(
  log: LogWriter,
  directory: DirectoryWriter,
  records: RecordWriter,
): Omit<WriterCalls, 'open'> {
  return {
    commit: (packed) => log.applyBatch(packed),
    checkpoint: ({ position, conversations }) => log.applyCheckpoint(position, conversations),
    createUser: (user) => directory.createUser(user),
    setName: ({ user, name }) => directory.setName(user, name),
    setPassword: ({ user, secrets }) => directory.setPassword(user, secrets),
    addScram: ({ user, secrets }) => directory.addScram(user, secrets),
    upsertDevice: (device) => directory.upsertDevice(device),
    putSession: (session) => directory.putSession(session),
    endSessions: ({ user, device }) => directory.endSessions(user, device),
    createInvitation: (invitation) => directory.createInvitation(invitation),
    consumeInvitation: ({ codeHash, nowMs }) => directory.consumeInvitation(codeHash, nowMs),
    forgetSentKeys: (beforeMs) => log.forgetSentKeys(beforeMs),
    commitRecords: (changes) => records.apply(changes),
  };
}

function tell(answers: readonly WorkerAnswer[], tookMs: number | null): void {
  port.postMessage({ answers, tookMs } satisfies WorkerMessage);
}
