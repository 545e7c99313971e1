import type { ConversationId, UserNumber } from '@skein/model';
import type { SentKeyRow } from '../ports/store.ts';

/**
 * What became of the newest sends that had a key instead of a counter (rules SK1–SK5). What is older than these is in the
 * store alone.
 */
export class SentKeys {
  // In the order of their commits: the first is the oldest.
  readonly #held = new Map<string, SentKeyRow>();
  // Stands before the oldest. A new iterator would first pass every place that was freed: tens of thousands, each time.
  readonly #oldest = this.#held.keys();
  #isWhole = true;

  /** Whether a key that is not here was never used, as far as anybody remembers. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  find(conversation: ConversationId, user: UserNumber, key: string): SentKeyRow | undefined {
    return this.#held.get(placeOf(conversation, user, key));
  }

  /** Holds one more; the oldest gives way above `heldMax`. */
  add(row: SentKeyRow, heldMax: number): void {
    this.#held.set(placeOf(row.conversation, row.user, row.key), row);
    if (this.#held.size <= heldMax) return;
    const { value: oldest = '' } = this.#oldest.next();
    this.#held.delete(oldest);
    this.#isWhole = false;
  }
}

/** One string per key of a user in a conversation. */
export function placeOf(conversation: ConversationId, user: UserNumber, key: string): string {
  return `${conversation}/${user}/${key}`;
}
