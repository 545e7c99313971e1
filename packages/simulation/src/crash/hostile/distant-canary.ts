import { Worker } from 'node:worker_threads';

export interface Song {
  readonly said: number;
  readonly answered: number;
  readonly heard: number;
  readonly p99Ms: number;
  /** See `Canary.lateMs`. */
  readonly lateP99Ms: number;
  readonly longestMs: number;
}

/** Two people who talk in another thread while a test does its worst. */
export class DistantCanary implements AsyncDisposable {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async open(port: number): Promise<DistantCanary> {
    const worker = new Worker(new URL('./canary-worker.ts', import.meta.url), { workerData: { port } });
    await answerOf(worker);
    return new DistantCanary(worker);
  }

  /** Ends the talk; rejects when one of them was cut off or refused. */
  async finish(): Promise<Song> {
    const answer = answerOf(this.#worker);
    this.#worker.postMessage('finish');
    return (await answer) as Song;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

function answerOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new Error('the canary died')));
  });
}
