import { ENTRY_KIND, type Entry, type Seq, seq } from '@skein/model';
import { contentFieldOf, type History as HistoryAsk } from '@skein/protocol';

interface Range {
  readonly fromSeq: Seq;
  readonly toSeq: Seq;
}

/** Whether a question wants only some of the entries. */
export function isFiltered({ kinds, contents }: HistoryAsk): boolean {
  return kinds.length > 0 || contents.length > 0;
}

/** [SY13] One look through a range for entries of some kinds or contents, page by page, from its newest or its oldest end. */
export class HistorySearch {
  /** Ascending, whichever end was asked for. */
  found: readonly Entry[] = [];
  lookedAt = 0;
  readonly #ask: HistoryAsk;
  readonly #countMax: number;
  #range: Range;

  constructor(range: Range, ask: HistoryAsk, countMax: number) {
    this.#range = range;
    this.#ask = ask;
    this.#countMax = countMax;
  }

  /** What was not looked at yet. */
  get range(): Range {
    return this.#range;
  }

  get isDone(): boolean {
    return this.found.length >= this.#countMax || this.#range.fromSeq > this.#range.toSeq;
  }

  /** Takes what a page of the rest of the range has, as far as there is room. */
  take(page: readonly Entry[]): void {
    const { newest } = this.#ask;
    const found: Entry[] = [];
    const room = this.#countMax - this.found.length;
    for (const entry of newest ? page.toReversed() : page) {
      if (found.length >= room) break;
      this.lookedAt++;
      this.#range = newest
        ? { ...this.#range, toSeq: seq(entry.seq - 1) }
        : { ...this.#range, fromSeq: seq(entry.seq + 1) };
      if (matches(entry, this.#ask)) found.push(entry);
    }
    // A range that the log does not fill has nothing more.
    if (page.length === 0) this.#range = { ...this.#range, toSeq: seq(this.#range.fromSeq - 1) };
    this.found = newest ? [...found.toReversed(), ...this.found] : [...this.found, ...found];
  }

  /** Where the next question begins when only these of the found ones are told; 0 when there is nothing left to look at. */
  continueAfter(told: readonly Entry[]): number {
    if (told.length < this.found.length) {
      return (this.#ask.newest ? this.found.at(-told.length - 1) : this.found[told.length])?.seq ?? 0;
    }
    const { fromSeq, toSeq } = this.#range;
    if (fromSeq > toSeq) return 0;
    return this.#ask.newest ? toSeq : fromSeq;
  }
}

function matches({ kind, body }: Entry, { kinds, contents }: HistoryAsk): boolean {
  if (kinds.length > 0 && !kinds.includes(kind)) return false;
  return contents.length === 0 || (kind === ENTRY_KIND.message && contents.includes(contentFieldOf(body)));
}
