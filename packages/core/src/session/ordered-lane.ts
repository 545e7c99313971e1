/**
 * [RQ3] Runs tasks one after the other, in the order of asking. A task that need not wait runs at once, without a promise:
 * that is how nearly every send goes.
 */
export class OrderedLane {
  #waiting: (() => void | Promise<void>)[] = [];
  #isBusy = false;

  /** Tasks handle their own failures: a rejection is a bug and is passed on by `onBug`. */
  run(task: () => void | Promise<void>, onBug: (error: unknown) => void): void {
    if (this.#isBusy) {
      this.#waiting.push(task);
      return;
    }
    const pending = task();
    if (pending === undefined) return;
    this.#isBusy = true;
    this.#drain(pending).catch(onBug);
  }

  async #drain(first: Promise<void>): Promise<void> {
    try {
      await first;
      // New tasks may come while these run; they queue up behind.
      for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) await task();
    } finally {
      this.#isBusy = false;
      this.#waiting = [];
    }
  }
}
