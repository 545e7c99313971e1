import type { Database, Statement } from 'better-sqlite3';
import { type Failure, failureOf } from './failure.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-calls.ts';

/** Carries out one request inside the transaction that is open. */
export type Carry = (request: WorkerRequest) => unknown;

export interface Committed {
  readonly answers: readonly WorkerAnswer[];
  /** What COMMIT took, fsync included; null when nothing was committed. */
  readonly tookMs: number | null;
}

export interface WriteQueueEvents {
  readonly committed: (committed: Committed) => void;
  /** What was carried out since the last commit did not happen. */
  readonly rolledBack: () => void;
}

/**
 * Carries out the requests that wait together in one transaction, so that a storm of sign-ins shares its fsyncs. Answers
 * exist only after the commit.
 */
export class WriteQueue {
  readonly #db: Database;
  readonly #carry: Carry;
  readonly #events: WriteQueueEvents;
  readonly #begin: Statement;
  readonly #end: Statement;
  #waiting: WorkerRequest[] = [];

  constructor(db: Database, carry: Carry, events: WriteQueueEvents) {
    this.#db = db;
    this.#carry = carry;
    this.#events = events;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#end = db.prepare('COMMIT');
  }

  add(request: WorkerRequest): void {
    this.#waiting.push(request);
    // Messages that have already arrived are handed over before the check phase: they come along.
    if (this.#waiting.length === 1) setImmediate(() => this.flush());
  }

  /** Carries out what waits now. */
  flush(): void {
    const requests = this.#waiting;
    this.#waiting = [];
    if (requests.length > 0) this.#run(requests);
  }

  #run(requests: readonly WorkerRequest[]): void {
    try {
      this.#events.committed(this.#commit(requests));
    } catch (error) {
      const failure = failureOf(error, this.#db.name);
      this.#rollBack(failure);
      // A wrong request must not fail its neighbours; a failing disk fails them all the same.
      if (failure.kind === 'bug' && requests.length > 1) {
        for (const request of requests) this.#run([request]);
        return;
      }
      this.#events.committed({ answers: requests.map(({ id }) => ({ id, failure })), tookMs: null });
    }
  }

  #commit(requests: readonly WorkerRequest[]): Committed {
    this.#begin.run();
    const answers = requests.map((request) => ({ id: request.id, value: this.#carry(request) }));
    const startedAtMs = performance.now();
    this.#end.run();
    return { answers, tookMs: performance.now() - startedAtMs };
  }

  #rollBack(failure: Failure): void {
    this.#events.rolledBack();
    try {
      // SQLite may have rolled back by itself.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      if (failure.kind === 'full' || failure.kind === 'unavailable') this.#overwriteTail();
    } catch {
      // The disk still fails. The next commit, whenever it succeeds, overwrites the tail as well.
    }
  }

  /**
   * [SQ7] When only the fsync failed, the refused transaction stands whole in the write-ahead log, past the end that
   * SQLite counts: a process that died now would find it there and take it for committed. A commit of our own takes its
   * place, be it synced or not. It has to change something, for SQLite skips writing bytes that are there already.
   */
  #overwriteTail(): void {
    this.#db.exec(
      "INSERT INTO meta VALUES ('refused_commits', 1) ON CONFLICT DO UPDATE SET value = value + 1",
    );
  }
}
