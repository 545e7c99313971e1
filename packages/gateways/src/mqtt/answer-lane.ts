interface Slot {
  write: (() => void) | null;
}

/**
 * Keeps answers in the order of what they answer: one that had to wait for the store holds back those behind it
 * ([MQTT-4.6.0-2], [MQTT-4.6.0-3]). While nothing waits, answering costs nothing.
 */
export class AnswerLane {
  #slots: Slot[] = [];

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  get count(): number {
    return this.#slots.length;
  }

  /** Writes at once, or when `result` is known and everything before it was written. */
  add<Result>(result: Result | Promise<Result>, write: (result: Result) => void): void {
    if (!(result instanceof Promise)) {
      if (this.isEmpty) write(result);
      else this.#slots.push({ write: () => write(result) });
      return;
    }
    const slot: Slot = { write: null };
    this.#slots.push(slot);
    result.then(
      (known) => this.#known(slot, () => write(known)),
      // What failed was reported where it happened; there is no answer, and those behind it go on.
      () => this.#known(slot, () => undefined),
    );
  }

  #known(slot: Slot, write: () => void): void {
    slot.write = write;
    while (this.#slots[0]?.write !== undefined && this.#slots[0].write !== null) {
      this.#slots.shift()?.write?.();
    }
  }
}
