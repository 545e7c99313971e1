/**
 * [RQ3] Runs tasks one after the other, in the order of asking. A task that need not wait runs at once, without a promise:
 * that is how nearly every send goes.
 */
export class OrderedLane {
  // Present while a task is under way; most connections never need one.
  #waiting: (() => void | Promise<void>)[] | null = null;

  /** Nothing is under way: what runs now runs in order. */
  get isIdle(): boolean {
    return this.#waiting === null;
  }

  /** Tasks handle their own failures: a rejection is a bug and is passed on by `onBug`. */
  run(task: () => void | Promise<void>, onBug: (error: unknown) => void): void {
    if (this.#waiting !== null) {
      this.#waiting.push(task);
      return;
    }
    const pending = task();
    if (pending === undefined) return;
    this.#waiting = [];
    this.#drain(pending, this.#waiting).catch(onBug);
  }

  async #drain(first: Promise<void>, waiting: (() => void | Promise<void>)[]): Promise<void> {
    try {
      await first;
      // New tasks may come while these run; they queue up behind.
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await task();
    } finally {
      this.#waiting = null;
    }
  }
}
