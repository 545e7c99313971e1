import { ENTRY_KIND, type Seq, seq, type UserNumber } from '@skein/model';
import type { Message } from '../../api/message.ts';
import type { EntryRow, SeqRange } from '../ports/cache-store.ts';
import { addRange, type RangeSet } from '../sync/range-set.ts';

const NO_BYTES = new Uint8Array(0);

/** What the fold of one entry needs besides the entry. */
export interface Folded {
  readonly entry: EntryRow;
  readonly amendments: readonly EntryRow[];
  /** The text from before a recall, as long as this program remembers it. */
  readonly recalledText: Uint8Array | null;
}

/**
 * The entries of one conversation that are in memory, because somebody looks at it. Entries may arrive in any order and
 * more than once; what was folded stays the same object until something about it changes.
 */
export class ConversationLog {
  readonly #entries = new Map<Seq, EntryRow>();
  // What shows as a row, ascending.
  readonly #shown: Seq[] = [];
  readonly #amendments = new Map<Seq, EntryRow[]>();
  readonly #messages = new Map<Seq, Message>();
  readonly #recalled = new Map<Seq, Uint8Array>();
  #loaded: RangeSet = [];

  /** Ranges for which everything stored on this device is here. */
  get loaded(): RangeSet {
    return this.#loaded;
  }

  get(at: Seq): EntryRow | undefined {
    return this.#entries.get(at);
  }

  entries(): IterableIterator<EntryRow> {
    return this.#entries.values();
  }

  markLoaded(range: SeqRange): void {
    this.#loaded = addRange(this.#loaded, range);
  }

  add(entry: EntryRow): void {
    if (this.#entries.has(entry.seq)) return;
    this.#entries.set(entry.seq, entry);
    if (entry.target === 0) this.#show(entry);
    else this.#amend(entry);
  }

  /** Positions of what shows within the range, ascending. */
  shownWithin({ from, to }: SeqRange): readonly Seq[] {
    return this.#shown.slice(this.#placeOf(from), this.#placeOf(seq(to + 1)));
  }

  /** The newest that shows, as many as asked, at or before a position: where a window of that size begins. */
  shownBefore(at: Seq, count: number): readonly Seq[] {
    const end = this.#placeOf(seq(at + 1));
    return this.#shown.slice(Math.max(0, end - count), end);
  }

  /** The message at a position as it was last folded, or folded now. */
  message(at: Seq, fold: (folded: Folded) => Message): Message {
    const known = this.#messages.get(at);
    if (known !== undefined) return known;
    const entry = this.#entries.get(at);
    if (entry === undefined) throw new RangeError(`nothing at ${at}`);
    const message = fold({
      entry,
      amendments: this.#amendments.get(at) ?? [],
      recalledText: this.#recalled.get(at) ?? null,
    });
    this.#messages.set(at, message);
    return message;
  }

  /** Folds the message again when it is next asked for. */
  invalidate(at: Seq): void {
    this.#messages.delete(at);
  }

  invalidateAll(): void {
    this.#messages.clear();
  }

  /** Own messages after `from` and up to `to`: their ticks changed. */
  invalidateOwn(me: UserNumber, from: Seq, to: Seq): void {
    for (const at of this.shownWithin({ from: seq(from + 1), to })) {
      if (this.#entries.get(at)?.sender === me) this.#messages.delete(at);
    }
  }

  #show(entry: EntryRow): void {
    const place = this.#placeOf(entry.seq);
    if (place === this.#shown.length) this.#shown.push(entry.seq);
    else this.#shown.splice(place, 0, entry.seq);
    if (this.#amendments.get(entry.seq)?.some(isRecall) === true) this.#redact(entry);
  }

  #amend(entry: EntryRow): void {
    const amendments = [...(this.#amendments.get(entry.target) ?? []), entry];
    this.#amendments.set(
      entry.target,
      amendments.toSorted((a, b) => a.seq - b.seq),
    );
    const target = this.#entries.get(entry.target);
    if (target !== undefined && isRecall(entry)) this.#redact(target);
    this.#messages.delete(entry.target);
  }

  #redact(entry: EntryRow): void {
    // What it said last is what its author may want back.
    const edit = this.#amendments.get(entry.seq)?.findLast(({ kind }) => kind === ENTRY_KIND.edit);
    if (entry.body.length > 0) this.#recalled.set(entry.seq, edit?.body ?? entry.body);
    this.#entries.set(entry.seq, { ...entry, body: NO_BYTES });
    this.#messages.delete(entry.seq);
  }

  /** Index of the first shown position that is not before `at`. */
  #placeOf(at: Seq): number {
    const last = this.#shown.at(-1);
    if (last === undefined || last < at) return this.#shown.length;
    let low = 0;
    let high = this.#shown.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#shown[middle] as Seq) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isRecall(entry: EntryRow): boolean {
  return entry.kind === ENTRY_KIND.recall;
}
