import type { RecordChange } from '../ports/record-store.ts';

/** What one publish changes in the store, and what may be done once that is durable. */
export class PublishBatch {
  readonly changes: RecordChange[] = [];
  readonly #after: (() => void)[] = [];

  /** Does it once the changes are durable. */
  afterwards(act: () => void): void {
    this.#after.push(act);
  }

  /** The changes are durable, or there were none. */
  run(): void {
    // What is done may add more of its kind.
    for (const act of this.#after) act();
  }
}
