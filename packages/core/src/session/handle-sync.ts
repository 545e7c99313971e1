import type { Sync, SyncResultInit } from '@skein/protocol';
import { moveRead } from './handle-read.ts';
import { type ReadyConnection, refusalFrom } from './ready-connection.ts';

/** Everything that changed since a cursor. One at a time; what is committed meanwhile is told after it (DL5, DL6). */
export function handleSync(connection: ReadyConnection, sync: Sync): void {
  const refusal = connection.admitOther();
  if (refusal !== null) {
    // There is no frame that says no to a sync, and without its answer the device would wait.
    connection.end(refusal.code === 'limit.rate' ? 'rateLimited' : 'overloaded', refusal.code);
    return;
  }
  connection.begin();
  connection.reads.run(
    () => answerSync(connection, sync).finally(() => connection.settle()),
    (error) => connection.bug(error),
  );
}

async function answerSync(connection: ReadyConnection, sync: Sync): Promise<void> {
  const { feed, outbound, parts, user } = connection;
  // [SY9] Read markers of the time away first: the answer then agrees with what the device shows.
  if (sync.read.length > 0) await applyReads(connection, sync);
  const room = connection.room();
  if (room !== true && !(await room)) return;
  feed.beginSync();
  try {
    const isTaken = await parts.syncAnswers.answer(sync, {
      user: user.number,
      part: (value: SyncResultInit) => outbound.send({ case: 'syncResult', value }),
      room: () => connection.room(),
    });
    if (!isTaken) return;
  } catch (error) {
    feed.abandonSync();
    connection.end('overloaded', refusalFrom(error).code);
    return;
  }
  parts.counters.syncs++;
  feed.finishSync();
}

function applyReads(connection: ReadyConnection, sync: Sync): Promise<unknown> {
  return Promise.all(
    sync.read.map((upto) => new Promise<void>((resolve) => moveRead(connection, upto, resolve))),
  );
}
