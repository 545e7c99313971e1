import { assert, type Refusal, type Seq, seq } from '@skein/model';

export type ProducerOutcome =
  | {
      readonly outcome: 'stored';
      readonly seq: Seq;
      readonly ordinal: number;
      readonly timeMs: number;
      /** Of what was sent, see `hashOfSend`; 0 when it is no longer known. */
      readonly hash: number;
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

type Stored = Extract<ProducerOutcome, { outcome: 'stored' }>;

const FIELDS = 4;

/**
 * What one installation has sent to one conversation: enough to answer every retry (rules SD1–SD5).
 *
 * Counters are used up one by one, so the newest outcomes are kept in a ring of plain numbers: one array per producer
 * instead of an object per entry. A refused counter has seq 0 there and its refusal beside it.
 */
export class Producer {
  /** Time of the newest outcome, for forgetting the idle. */
  lastUsedAtMs = 0;
  #last = 0;
  #held = 0;
  readonly #heldMax: number;
  readonly #slots: number[] = [];
  #refusals: Map<number, Refusal> | null = null;

  constructor(heldMax: number) {
    this.#heldMax = heldMax;
  }

  /** The highest counter used up, by an entry or a remembered refusal. */
  get last(): number {
    return this.#last;
  }

  /** The lowest counter whose outcome is still known; above `last` when none is. */
  get oldestHeld(): number {
    return this.#last - this.#held + 1;
  }

  /** What became of a counter; undefined when it was not used yet or too long ago. */
  outcome(counter: number): ProducerOutcome | undefined {
    if (counter > this.#last || counter < this.oldestHeld) return undefined;
    const refusal = this.#refusals?.get(counter);
    if (refusal !== undefined) return { outcome: 'refused', refusal };
    const at = this.#slotOf(counter);
    const slots = this.#slots;
    return {
      outcome: 'stored',
      seq: seq(slots[at] as number),
      ordinal: slots[at + 1] as number,
      timeMs: slots[at + 2] as number,
      hash: slots[at + 3] as number,
    };
  }

  /** Uses a counter up by an entry. Counters that are used up already are left as they are. */
  noteStored(counter: number, stored: Omit<Stored, 'outcome'>): void {
    if (!this.#advance(counter)) return;
    this.#write(counter, stored.seq, stored.ordinal, stored);
    this.lastUsedAtMs = Math.max(this.lastUsedAtMs, stored.timeMs);
  }

  /** Uses a counter up by a refusal. */
  noteRefused(counter: number, refusal: Refusal, timeMs: number): void {
    if (!this.#advance(counter)) return;
    this.lastUsedAtMs = Math.max(this.lastUsedAtMs, timeMs);
    this.#write(counter, 0, 0, { timeMs: 0, hash: 0 });
    this.#refusals ??= new Map();
    this.#refusals.set(counter, refusal);
  }

  /** Takes over how far an earlier run got; outcomes follow by the other two. */
  startAfter(counter: number): void {
    assert(this.#held === 0, 'a producer is restored once');
    this.#last = counter;
  }

  /** Frees what a retry would be answered from. How far the counters got stays: no identity is ever used twice. */
  forgetOutcomes(): void {
    this.#held = 0;
    this.#slots.length = 0;
    this.#refusals = null;
  }

  #advance(counter: number): boolean {
    if (counter <= this.#last) return false;
    if (counter > this.#last + 1) {
      // Only a store that lost rows leads here; what it lost is unknown, not wrong.
      this.forgetOutcomes();
    }
    this.#last = counter;
    if (this.#held < this.#heldMax) this.#held++;
    else this.#refusals?.delete(counter - this.#heldMax);
    return true;
  }

  #write(
    counter: number,
    at: number,
    ordinal: number,
    { timeMs, hash }: { timeMs: number; hash: number },
  ): void {
    const slot = this.#slotOf(counter);
    const slots = this.#slots;
    while (slots.length < slot + FIELDS) slots.push(0);
    slots[slot] = at;
    slots[slot + 1] = ordinal;
    slots[slot + 2] = timeMs;
    slots[slot + 3] = hash;
  }

  #slotOf(counter: number): number {
    return (counter % this.#heldMax) * FIELDS;
  }
}
