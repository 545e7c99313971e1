import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@skein/model';
import { DirectoryReader } from './directory-reader.ts';
import { failureOf } from './failure.ts';
import { LogReader } from './log-reader.ts';
import { openForReading } from './open-database.ts';
import type {
  ReaderCalls,
  SqliteWorkerData,
  WorkerAnswer,
  WorkerMessage,
  WorkerRequest,
} from './worker-calls.ts';

/** The thread that reads, beside the one that writes: a long history page delays no commit. */
assert(parentPort !== null, 'this file is started as a worker');
const port = parentPort;
const data = workerData as SqliteWorkerData;

try {
  serve();
} catch (error) {
  tell({ type: 'unready', failure: failureOf(error, data.path) });
}

function serve(): void {
  const db = openForReading(data);
  const calls = callsOn(new LogReader(db), new DirectoryReader(db));
  port.on('message', (request: WorkerRequest) => {
    if (request.name === 'close') {
      db.close();
      answer({ id: request.id, value: null });
      port.close();
      return;
    }
    answer(answerTo(request, calls));
  });
  tell({ type: 'ready', value: null });
}

function answerTo({ id, name, argument }: WorkerRequest, calls: ReaderCalls): WorkerAnswer {
  try {
    return { id, value: calls[name as keyof ReaderCalls](argument as never) };
  } catch (error) {
    return { id, failure: failureOf(error, data.path) };
  }
}

function callsOn(log: LogReader, directory: DirectoryReader): ReaderCalls {
  return {
    load: () => log.load(),
    readTail: (afterPosition) => log.readTail(afterPosition),
    readEntries: (range) => log.readEntries(range),
    readAmendments: (range) => log.readAmendments(range),
    countOwn: ({ conversation, user, afterSeq, toSeq }) => log.countOwn(conversation, user, afterSeq, toSeq),
    findCredentials: (id) => directory.findCredentials(id),
    listDevices: (user) => directory.listDevices(user),
    findSession: (by) => directory.findSession(by),
  };
}

function answer(one: WorkerAnswer): void {
  const packed = 'value' in one && one.value instanceof ArrayBuffer ? [one.value] : [];
  port.postMessage({ type: 'answers', answers: [one], tookMs: null } satisfies WorkerMessage, packed);
}

function tell(message: WorkerMessage): void {
  port.postMessage(message);
}
