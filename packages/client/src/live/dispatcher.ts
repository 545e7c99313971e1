import type { LogSink } from '../engine/ports/log-sink.ts';

/**
 * Calls listeners one after the other, in the order in which things happened: what a listener causes is told after what is
 * being told. A listener that throws is logged and disturbs nobody (rules LV1, LV2).
 */
export class Dispatcher {
  readonly #log: LogSink;
  readonly #queue: (() => void)[] = [];
  #held = 0;
  #isDraining = false;

  constructor(log: LogSink) {
    this.#log = log;
  }

  /** Runs work, then tells everything it queued. */
  batch(work: () => void): void {
    this.#held++;
    try {
      work();
    } finally {
      this.#held--;
      this.#drain();
    }
  }

  enqueue(call: () => void): void {
    this.#queue.push(call);
    this.#drain();
  }

  #drain(): void {
    if (this.#held > 0 || this.#isDraining) return;
    this.#isDraining = true;
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) {
      try {
        call();
      } catch (error) {
        this.#log('error', 'a listener failed', error);
      }
    }
    this.#isDraining = false;
  }
}
