import { parentPort } from 'node:worker_threads';
import { assert } from '@skein/model';
import type { Database } from 'better-sqlite3';
import { DirectoryReader } from './directory-reader.ts';
import { failureOf } from './failure.ts';
import { LogReader } from './log-reader.ts';
import { openForReading } from './open-database.ts';
import { RecordReader } from './record-reader.ts';
import type { DataFile, ReaderCalls, WorkerAnswer, WorkerMessage, WorkerRequest } from './worker-calls.ts';

type Questions = Omit<ReaderCalls, 'open'>;

/** The thread that reads, beside the one that writes: a long history page delays no commit. */
assert(parentPort !== null, 'this file is started as a worker');
const port = parentPort;
let path = '';
let opened: { readonly db: Database; readonly questions: Questions } | null = null;

port.on('message', (request: WorkerRequest) => {
  tell(answerTo(request));
  if (request.name === 'close') port.close();
});

function answerTo({ id, name, argument }: WorkerRequest): WorkerAnswer {
  try {
    return { id, value: carryOut(name, argument) };
  } catch (error) {
    return { id, failure: failureOf(error, path) };
  }
}

function carryOut(name: string, argument: unknown): unknown {
  if (name === 'open') return open(argument as DataFile);
  if (name === 'close') return opened?.db.close();
  return opened?.questions[name as keyof Questions](argument as never);
}

function open(file: DataFile): void {
  path = file.path;
  const db = openForReading(file);
  opened = { db, questions: questionsTo(new LogReader(db), new DirectoryReader(db), new RecordReader(db)) };
}

function questionsTo(log: LogReader, directory: DirectoryReader, records: RecordReader): Questions {
  return {
    load: () => log.load(),
    readTail: (afterPosition) => log.readTail(afterPosition),
    readEntries: (range) => log.readEntries(range),
    readAmendments: (range) => log.readAmendments(range),
    countOwn: ({ conversation, user, afterSeq, toSeq }) => log.countOwn(conversation, user, afterSeq, toSeq),
    findCredentials: (id) => directory.findCredentials(id),
    listDevices: (user) => directory.listDevices(user),
    findSession: (by) => directory.findSession(by),
    findSentKeys: (places) => places.map((place) => log.findSentKey(place)),
    loadSentKeys: (countMax) => log.loadSentKeys(countMax),
    readRecords: (range) => records.read(range),
  };
}

function tell(answer: WorkerAnswer): void {
  const packed = 'value' in answer && answer.value instanceof ArrayBuffer ? [answer.value] : [];
  port.postMessage({ answers: [answer], tookMs: null } satisfies WorkerMessage, packed);
}
