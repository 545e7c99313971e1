import { ENTRY_KIND, isCountable, type Seq } from '@skein/model';
import type { Origin } from '../../api/events.ts';
import type { CacheWriter } from '../cache/cache-writer.ts';
import type { ConversationLog } from '../fold/conversation-log.ts';
import { withPreview } from '../fold/preview.ts';
import type { Model } from '../model/model.ts';
import type { ConversationRow, EntryRow, SeqRange } from '../ports/cache-store.ts';
import { containsSeq, type RangeSet, rangesOf } from './range-set.ts';

const NO_BYTES = new Uint8Array(0);

export interface LogIntakeDeps {
  readonly model: Model;
  readonly writer: CacheWriter;
  readonly addRange: (set: RangeSet, range: SeqRange) => RangeSet;
  /** The conversation's entries in memory, when somebody looks at it. */
  readonly logOf: (conversation: ConversationRow['number']) => ConversationLog | undefined;
  /** An entry of this installation is in the log: its send needs no answer any more. */
  readonly recognised: (entry: EntryRow) => void;
}

/** What entries are, besides being new to this device. */
export interface Arrival {
  /** Null: old history, nothing that just happened. */
  readonly origin: Origin | null;
  /** Entries that change held ones and are not held themselves: they stand in a hole, or after the page. */
  readonly amendments?: readonly EntryRow[];
}

/** The one way by which entries enter this device: from pushes, acks, syncs, pages. Twice is the same as once (rule CU3). */
export class LogIntake {
  readonly #deps: LogIntakeDeps;
  /** "conversation/seq" of what was recalled since the program started. */
  readonly #recalled = new Set<string>();

  constructor(deps: LogIntakeDeps) {
    this.#deps = deps;
  }

  /** Takes entries, ascending, and returns the row with them; the head must have been moved before. */
  take(
    row: ConversationRow,
    entries: readonly EntryRow[],
    { origin, amendments = [] }: Arrival,
  ): ConversationRow {
    const isFresh = ({ seq }: EntryRow) => !containsSeq(row.held, seq);
    const [fresh = [], changes = []] = this.#withoutRecalled(entries.filter(isFresh), amendments);
    if (fresh.length === 0 && changes.length === 0) return row;
    this.#store(row, fresh);
    this.#store(row, changes);
    for (const entry of fresh) {
      if (entry.counter > 0) this.#deps.recognised(entry);
    }
    if (origin !== null) {
      for (const entry of [...fresh, ...changes]) {
        this.#deps.model.changes.occurrences.push({ type: 'entry', entry, origin });
      }
    }
    const ranges = rangesOf(fresh.map(({ seq }) => seq));
    const log = this.#deps.logOf(row.number);
    for (const range of ranges) log?.markLoaded(range);
    const held = ranges.reduce((set, range) => this.#deps.addRange(set, range), row.held);
    const preview = withPreview(row.preview, [...fresh, ...changes]);
    return { ...row, held, preview, ownTotal: row.ownTotal + this.#ownAfter(row.ownSeq, fresh) };
  }

  /** Another store at the server: the numbers mean other messages now. */
  forget(): void {
    this.#recalled.clear();
  }

  /** [TL3] A page that the server read before a recall may arrive after it; the words are not taken in again. */
  #withoutRecalled(...parts: (readonly EntryRow[])[]): readonly (readonly EntryRow[])[] {
    for (const { kind, conversation, target } of parts.flat()) {
      if (kind === ENTRY_KIND.recall) this.#recalled.add(`${conversation}/${target}`);
    }
    if (this.#recalled.size === 0) return parts;
    return parts.map((part) =>
      part.map((entry) => (this.#isRecalled(entry) ? { ...entry, body: NO_BYTES } : entry)),
    );
  }

  #isRecalled({ conversation, kind, seq, target }: EntryRow): boolean {
    return this.#recalled.has(`${conversation}/${kind === ENTRY_KIND.edit ? target : seq}`);
  }

  #store(row: ConversationRow, entries: readonly EntryRow[]): void {
    const log = this.#deps.logOf(row.number);
    for (const entry of entries) {
      this.#deps.writer.entry(entry);
      if (entry.kind === ENTRY_KIND.recall) this.#deps.writer.redact(row.number, entry.target);
      log?.add(entry);
    }
  }

  /** Up to `ownSeq` the server has counted; what is newly held after it is counted here, once. */
  #ownAfter(ownSeq: Seq, fresh: readonly EntryRow[]): number {
    const me = this.#deps.model.me.number;
    return fresh.filter(({ seq, sender, kind }) => seq > ownSeq && sender === me && isCountable(kind)).length;
  }
}
