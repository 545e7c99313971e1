import { ENTRY_KIND } from '@skein/model';
import type { SeqRange } from '../engine/ports/cache-store.ts';
import type { EntryPlace } from './entry-bytes.ts';

const SIZE_MIN = 16;

/** Where the entries of one conversation are in the file: 29 bytes each, so that a long history costs no memory to speak of. */
export class EntryIndex {
  readonly #conversation: number;
  #seqs = new Float64Array(SIZE_MIN);
  #targets = new Float64Array(SIZE_MIN);
  #offsets = new Float64Array(SIZE_MIN);
  // Of the body; 0 when the words were erased.
  #lengths = new Uint32Array(SIZE_MIN);
  #kinds = new Uint8Array(SIZE_MIN);
  #count = 0;
  // Ascending by seq, each once. Pages of history come in any order; who reads next puts them in order, once.
  #isSorted = true;

  constructor(conversation: number) {
    this.#conversation = conversation;
  }

  get count(): number {
    return this.#count;
  }

  /** A later one of the same seq counts. */
  put(place: EntryPlace): void {
    const last = this.#count === 0 ? 0 : (this.#seqs[this.#count - 1] ?? 0);
    if (this.#isSorted && place.seq <= last) {
      const known = this.#firstFrom(place.seq);
      if (this.#seqs[known] === place.seq) return this.#set(known, place);
      this.#isSorted = false;
    }
    if (this.#count === this.#seqs.length) this.#resize(this.#count * 2);
    this.#set(this.#count++, place);
  }

  /** Erases the words of a message and of its edits. */
  redact(seq: number): void {
    for (let at = 0; at < this.#count; at++) {
      const isEdit = this.#targets[at] === seq && this.#kinds[at] === ENTRY_KIND.edit;
      if (this.#seqs[at] === seq || isEdit) this.#lengths[at] = 0;
    }
  }

  /** Ascending by seq. */
  within({ from, to }: SeqRange): readonly EntryPlace[] {
    this.#sort();
    const found: EntryPlace[] = [];
    for (let at = this.#firstFrom(from); at < this.#count && (this.#seqs[at] ?? 0) <= to; at++)
      found.push(this.#get(at));
    return found;
  }

  /** Those that change one of the range, ascending by their own seq. */
  amending({ from, to }: SeqRange): readonly EntryPlace[] {
    this.#sort();
    const found: EntryPlace[] = [];
    for (let at = 0; at < this.#count; at++) {
      const target = this.#targets[at] ?? 0;
      if (from <= target && target <= to) found.push(this.#get(at));
    }
    return found;
  }

  /** From the `from`th on, ascending by seq. */
  slice(from: number, countMax: number): readonly EntryPlace[] {
    this.#sort();
    const to = Math.min(this.#count, from + countMax);
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => this.#get(from + index));
  }

  #firstFrom(seq: number): number {
    let low = 0;
    for (let high = this.#count; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sort(): void {
    if (this.#isSorted) return;
    const places = Array.from({ length: this.#count }, (_, at) => this.#get(at));
    // Stable, and made for runs that are sorted already.
    places.sort((a, b) => a.seq - b.seq);
    this.#count = 0;
    this.#isSorted = true;
    for (const place of places) this.put(place);
  }

  #get(at: number): EntryPlace {
    return {
      conversation: this.#conversation,
      seq: this.#seqs[at] ?? 0,
      kind: this.#kinds[at] ?? 0,
      target: this.#targets[at] ?? 0,
      offset: this.#offsets[at] ?? 0,
      bodyBytes: this.#lengths[at] ?? 0,
    };
  }

  #set(at: number, { seq, kind, target, offset, bodyBytes }: EntryPlace): void {
    this.#seqs[at] = seq;
    this.#kinds[at] = kind;
    this.#targets[at] = target;
    this.#offsets[at] = offset;
    this.#lengths[at] = bodyBytes;
  }

  #resize(size: number): void {
    this.#seqs = grown(this.#seqs, new Float64Array(size));
    this.#targets = grown(this.#targets, new Float64Array(size));
    this.#offsets = grown(this.#offsets, new Float64Array(size));
    this.#lengths = grown(this.#lengths, new Uint32Array(size));
    this.#kinds = grown(this.#kinds, new Uint8Array(size));
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
