import type { ConversationId, ENTRY_KIND, Seq } from '@skein/model';
import type { HistoryInit, HistoryPage as WirePage } from '@skein/protocol';
import type { HistoryPage, HistoryPlace, HistoryQuery } from '../api/conversation.ts';
import type { Engine } from '../engine/engine.ts';
import type { EntryRow } from '../engine/ports/cache-store.ts';
import type { entryOfLog } from '../engine/sync/entry-row.ts';

/** A page that a person reads; more than the largest one the server gives is not asked for. */
const LIMIT = 20;
const LIMIT_MAX = 100;

// The model's numbers, as types: its values are in the part of the program that is loaded first.
const MEMBER: (typeof ENTRY_KIND)['member'] = 5;
const SETTINGS: (typeof ENTRY_KIND)['settings'] = 6;

/** Which entries a type is, as the server is asked: members of `Content.of` by number, or kinds. */
const WANTED: Readonly<Record<NonNullable<HistoryQuery['type']>, Pick<HistoryInit, 'kinds' | 'contents'>>> = {
  text: { contents: [1] },
  custom: { contents: [2] },
  tip: { kinds: [MEMBER, SETTINGS] },
};

export interface HistorySource {
  readonly engine: Engine;
  readonly toEntry: typeof entryOfLog;
  /** Of the conversation. */
  readonly id: string;
}

/** What is left to look through; `to` 0: whatever comes to be there. */
interface Rest {
  readonly from: number;
  readonly to: number;
  readonly newest: boolean;
}

/**
 * Messages of a stretch of the log, asked of the server and kept nowhere: what a timeline shows is not changed by it.
 *
 * Shape:  at most `limit`, oldest first; they are the ones nearest to where the question begins.
 * Errors: rejects with a SkeinError when the server cannot be asked or refuses.
 * Source: SPEC.md HQ1–HQ4.
 */
export async function queryHistory(
  { engine, toEntry, id }: HistorySource,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { model, logs } = engine.parts;
  const number = model.byPublicId(id)?.number;
  if (number === undefined) return { messages: [], next: null };
  const search = new HistorySearch(engine, number, toEntry);
  const limit = Math.min(Math.max(1, Math.floor(query.limit ?? LIMIT)), LIMIT_MAX);
  const stretch = await search.stretchOf(query);
  const rest = stretch === null ? null : await search.run(stretch, query.type, limit);
  const row = model.conversation(number);
  if (row === undefined) return { messages: [], next: null };
  const messages = search.found
    .toSorted((a, b) => a.seq - b.seq)
    .map((entry) => logs.foldEntry(row, entry, search.changesOf(entry.seq)));
  return { messages, next: rest === null ? null : { ...toQuery(rest), limit, ...typeOf(query) } };
}

class HistorySearch {
  readonly found: EntryRow[] = [];
  readonly #engine: Engine;
  readonly #conversation: ConversationId;
  readonly #toEntry: typeof entryOfLog;
  // By their own seq: pages overlap in what changes their messages.
  readonly #changes = new Map<Seq, EntryRow>();

  constructor(engine: Engine, conversation: ConversationId, toEntry: typeof entryOfLog) {
    this.#engine = engine;
    this.#conversation = conversation;
    this.#toEntry = toEntry;
  }

  /** [HQ2] Seqs, inclusive; null where nothing can be. */
  async stretchOf({ before, after, between, inclusive = false }: HistoryQuery): Promise<Rest | null> {
    const { first } = this.#row;
    const [isFirstIn, isSecondIn] = typeof inclusive === 'boolean' ? [inclusive, inclusive] : inclusive;
    if (between === undefined) {
      if (after !== undefined) return { from: await this.#begin(after, isFirstIn), to: 0, newest: false };
      const to = before === undefined ? 0 : await this.#end(before, isFirstIn);
      // Nothing is before the first entry; 0 would mean the head.
      return to === 0 && before !== undefined ? null : { from: first, to, newest: true };
    }
    const [one, other] = between;
    const newest = (await this.#begin(one, true)) > (await this.#begin(other, true));
    const [low, isLowIn, high, isHighIn] = newest
      ? [other, isSecondIn, one, isFirstIn]
      : [one, isFirstIn, other, isSecondIn];
    const [from, to] = [await this.#begin(low, isLowIn), await this.#end(high, isHighIn)];
    return from > to ? null : { from, to, newest };
  }

  changesOf(target: Seq): readonly EntryRow[] {
    return [...this.#changes.values()]
      .filter((entry) => entry.target === target)
      .toSorted((a, b) => a.seq - b.seq);
  }

  /** Looks through it until there are enough. Returns what is left; null: nothing. */
  async run(stretch: Rest, type: HistoryQuery['type'], limit: number): Promise<Rest | null> {
    let rest: Rest | null = stretch;
    while (rest !== null && this.found.length < limit) {
      if (rest.to !== 0 && rest.from > rest.to) return null;
      const wanted = type === undefined ? {} : WANTED[type];
      const page = await this.#ask({ ...rest, ...wanted, limit: limit - this.found.length });
      const entries = await this.#take(page);
      rest = restAfter(rest, entries, type === undefined ? null : page.continueAt, this.#row.head);
    }
    return rest;
  }

  async #take(page: WirePage): Promise<readonly EntryRow[]> {
    const { model } = this.#engine.parts;
    model.together(() => {
      for (const user of page.users) model.putUser(user);
    });
    const entries = this.#rows(page.entries);
    for (const entry of [...entries, ...this.#rows(page.amendments)]) {
      if (entry.target !== 0) this.#changes.set(entry.seq, entry);
    }
    this.found.push(...entries.filter(({ target }) => target === 0));
    if (page.more) await this.#takeOtherChanges(page.amendments.at(-1)?.seq ?? page.entries.at(-1)?.seq ?? 0);
    return entries;
  }

  /** More changes its messages than came along with the page. */
  async #takeOtherChanges(afterSeq: number): Promise<void> {
    let from = afterSeq + 1;
    for (let more = true; more; ) {
      const page = await this.#ask({ from, amendmentsOnly: true, limit: LIMIT_MAX });
      for (const entry of this.#rows(page.entries)) this.#changes.set(entry.seq, entry);
      from = (page.entries.at(-1)?.seq ?? from) + 1;
      more = page.more && page.entries.length > 0;
    }
  }

  /** The first seq of a stretch that begins at a place, or right after it. */
  async #begin(place: HistoryPlace, isIn: boolean): Promise<number> {
    if (place instanceof Date) return this.#firstAt(place.getTime() + (isIn ? 0 : 1));
    return seqOf(place) + (isIn ? 0 : 1);
  }

  /** The last seq of a stretch that ends at a place, or right before it. */
  async #end(place: HistoryPlace, isIn: boolean): Promise<number> {
    if (place instanceof Date) return (await this.#firstAt(place.getTime() + (isIn ? 1 : 0))) - 1;
    return seqOf(place) - (isIn ? 0 : 1);
  }

  /** [HQ3] The first entry at or after a moment, or one more than the head: the times of a log only grow. */
  async #firstAt(timeMs: number): Promise<number> {
    let low: number = this.#row.first;
    let high = this.#row.head + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [entry] = (await this.#ask({ from: middle, to: middle, limit: 1 })).entries;
      if (entry !== undefined && entry.timeMs < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get #row(): { readonly first: number; readonly head: number } {
    return this.#engine.parts.model.conversation(this.#conversation) ?? { first: 1, head: 0 };
  }

  #rows(entries: WirePage['entries']): readonly EntryRow[] {
    return entries.map((entry) => this.#toEntry(this.#conversation, entry));
  }

  #ask(value: HistoryInit): Promise<WirePage> {
    const ask = { case: 'history', value: { conversation: this.#conversation, ...value } } as const;
    return this.#engine.parts.requests.askFor('history', ask);
  }
}

function restAfter(
  { from, to, newest }: Rest,
  entries: readonly EntryRow[],
  continueAt: number | null,
  head: number,
): Rest | null {
  if (continueAt === 0 || (continueAt === null && entries.length === 0)) return null;
  const at = continueAt ?? (newest ? (entries[0]?.seq ?? 1) - 1 : (entries.at(-1)?.seq ?? 0) + 1);
  if (newest) return at < from ? null : { from, to: at, newest };
  return at > (to === 0 ? head : to) ? null : { from: at, to, newest };
}

/** [HQ4] Seqs never change what they mean, so a question that goes on from one finds each message once. */
function toQuery({ from, to, newest }: Rest): HistoryQuery {
  if (newest) return { between: [to, from], inclusive: true };
  return to === 0 ? { after: from, inclusive: true } : { between: [from, to], inclusive: true };
}

function typeOf({ type }: HistoryQuery): Pick<HistoryQuery, 'type'> {
  return type === undefined ? {} : { type };
}

/** What has no seq yet comes after everything that has one. */
function seqOf(place: Exclude<HistoryPlace, Date>): number {
  return typeof place === 'number' ? place : (place.seq ?? Number.MAX_SAFE_INTEGER - 1);
}
