import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@skein/model';
import { DirectoryWriter } from './directory-writer.ts';
import { failureOf } from './failure.ts';
import { LogWriter } from './log-writer.ts';
import { epochOf, openForWriting } from './open-database.ts';
import type { SqliteWorkerData, WorkerMessage, WorkerRequest, WriterCalls } from './worker-calls.ts';
import { WriteQueue } from './write-queue.ts';

/** The only thread that writes. It waits for the disk, so that nobody else has to. */
assert(parentPort !== null, 'this file is started as a worker');
const port = parentPort;
const data = workerData as SqliteWorkerData;

try {
  serve();
} catch (error) {
  tell({ type: 'unready', failure: failureOf(error, data.path) });
}

function serve(): void {
  const db = openForWriting(data);
  const calls = callsOn(new LogWriter(db), new DirectoryWriter(db));
  const queue = new WriteQueue(
    db,
    ({ name, argument }) => calls[name as keyof WriterCalls](argument as never),
    ({ answers, tookMs }) => tell({ type: 'answers', answers, tookMs }),
  );
  port.on('message', (request: WorkerRequest) => {
    if (request.name !== 'close') {
      queue.add(request);
      return;
    }
    queue.flush();
    db.close();
    tell({ type: 'answers', answers: [{ id: request.id, value: null }], tookMs: null });
    port.close();
  });
  tell({ type: 'ready', value: epochOf(db) });
}

function callsOn(log: LogWriter, directory: DirectoryWriter): WriterCalls {
  return {
    commit: (packed) => log.applyBatch(packed),
    checkpoint: ({ position, conversations }) => log.applyCheckpoint(position, conversations),
    createUser: (user) => directory.createUser(user),
    setPassword: ({ user, passwordHash }) => directory.setPassword(user, passwordHash),
    upsertDevice: (device) => directory.upsertDevice(device),
    putSession: (session) => directory.putSession(session),
    endSessions: ({ user, device }) => directory.endSessions(user, device),
    createInvitation: (invitation) => directory.createInvitation(invitation),
    consumeInvitation: ({ codeHash, nowMs }) => directory.consumeInvitation(codeHash, nowMs),
  };
}

function tell(message: WorkerMessage): void {
  port.postMessage(message);
}
