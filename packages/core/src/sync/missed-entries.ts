import { type Entry, POSITION_BEFORE_FIRST, type Position, type Seq, seq } from '@skein/model';
import type { Conversation } from '../log/conversation.ts';
import type { LogReader } from '../log/log-reader.ts';

/** The first look back: most devices missed little. */
const FIRST_CHUNK_ENTRIES = 32;
/** Entries read at once, so that a long absence does not hold them all in memory. */
const CHUNK_ENTRIES_MAX = 1_000;
const CHUNK_GROWTH = 4;

export interface MissedRange {
  readonly conversation: Conversation;
  /** What the member may see, both inclusive. */
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
  /** Entries up to this position were told already. */
  readonly after: Position;
  readonly countMax: number;
}

/** What is left of a range when a read stops before the beginning. */
export interface Hole {
  readonly fromSeq: Seq;
  readonly toSeq: Seq;
}

/**
 * Reads what was missed, from the newest back, in growing chunks that each ascend. Within one conversation positions
 * grow with seqs, so the first entry that was told already ends the search.
 *
 * Errors: throws StoreUnavailableError.
 */
export class MissedEntries {
  readonly #reader: LogReader;
  readonly #range: MissedRange;
  #nextTo: number;
  #left: number;
  #chunk = FIRST_CHUNK_ENTRIES;
  #hasReachedTold = false;

  constructor(reader: LogReader, range: MissedRange) {
    this.#reader = reader;
    this.#range = range;
    this.#nextTo = range.lastSeq;
    this.#left = range.countMax;
  }

  /** Whether `next` has more to give. */
  get hasMore(): boolean {
    return !this.isComplete && this.#left > 0;
  }

  /** Whether everything that was missed has been read. */
  get isComplete(): boolean {
    return this.#hasReachedTold || this.#nextTo < this.#range.firstSeq;
  }

  /** The chunk before the last one; may be empty. Answers at once where memory holds it. */
  next(): readonly Entry[] | Promise<readonly Entry[]> {
    const read = this.#reader.read({
      conversation: this.#range.conversation.id,
      fromSeq: this.#range.firstSeq,
      toSeq: seq(this.#nextTo),
      countMax: Math.min(this.#chunk, this.#left),
      isNewest: true,
    });
    return read instanceof Promise ? read.then((entries) => this.#take(entries)) : this.#take(read);
  }

  /** [SY3] What was missed and not read; null when that is nothing. */
  async hole(): Promise<Hole | null> {
    if (this.isComplete) return null;
    const from = await this.#firstMissed();
    return from > this.#nextTo ? null : { fromSeq: seq(from), toSeq: seq(this.#nextTo) };
  }

  #take(entries: readonly Entry[]): readonly Entry[] {
    let missed = entries;
    if ((entries[0]?.position ?? 0) <= this.#range.after) {
      this.#hasReachedTold = true;
      missed = entries.filter(({ position }) => position > this.#range.after);
    }
    this.#nextTo -= missed.length;
    this.#left -= missed.length;
    this.#chunk = Math.min(CHUNK_ENTRIES_MAX, this.#chunk * CHUNK_GROWTH);
    return missed;
  }

  /** Where the missed entries begin: by halving, since positions grow with seqs. */
  async #firstMissed(): Promise<number> {
    let low: number = this.#range.firstSeq;
    if (this.#range.after === POSITION_BEFORE_FIRST) return low;
    let high = this.#nextTo + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const at = seq(middle);
      const read = {
        conversation: this.#range.conversation.id,
        fromSeq: at,
        toSeq: at,
        countMax: 1,
        isNewest: true,
      };
      const [entry] = await this.#reader.read(read);
      if ((entry?.position ?? 0) > this.#range.after) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
