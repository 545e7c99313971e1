import { ChunkJoiner } from './chunk-joiner.ts';

/** Has something to write at the end of the turn. */
export interface Flushable {
  flush(): void;
}

/**
 * The sessions that have something to write. All of them write together, once per turn of the event loop: a burst of
 * frames for one connection becomes one system call, and the whole process schedules one callback however many
 * connections have something to say.
 */
export class FlushList {
  readonly #defer: (flushAll: () => void) => void;
  readonly #flushAll = (): void => this.#run();
  readonly #joiner = new ChunkJoiner();
  #waiting: Flushable[] = [];
  #spare: Flushable[] = [];

  /** `defer` calls back once, after what is running now: `setImmediate` in the process. */
  constructor(defer: (flushAll: () => void) => void) {
    this.#defer = defer;
  }

  /** Each session adds itself at most once per turn. */
  add(session: Flushable): void {
    if (this.#waiting.length === 0) this.#defer(this.#flushAll);
    this.#waiting.push(session);
  }

  /** Several chunks as one: the same bytes for every session of the turn that has the same chunks. */
  join(chunks: readonly Uint8Array[], byteCount: number): Uint8Array {
    return this.#joiner.join(chunks, byteCount);
  }

  #run(): void {
    const batch = this.#waiting;
    this.#waiting = this.#spare;
    for (const session of batch) session.flush();
    this.#joiner.forget();
    batch.length = 0;
    this.#spare = batch;
  }
}
