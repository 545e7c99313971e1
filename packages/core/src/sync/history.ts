import { type Entry, type Limits, type Refusal, refuse, type Seq, seq, type UserNumber } from '@skein/model';
import type { History as HistoryAsk, HistoryPageInit } from '@skein/protocol';
import type { Member } from '../log/conversation.ts';
import type { LogReader } from '../log/log-reader.ts';
import type { World } from '../log/world.ts';
import { lastVisibleTo } from './conversation-state.ts';
import { HistorySearch, isFiltered } from './history-search.ts';
import { toLogEntry, wireBytesOf } from './log-entry.ts';
import { peopleOf } from './people.ts';

export interface HistoryDeps {
  readonly world: World;
  readonly reader: LogReader;
  readonly limits: Limits;
}

interface Range {
  readonly fromSeq: Seq;
  readonly toSeq: Seq;
}

/** Bytes of a page left for the users it speaks of. */
const USERS_SHARE = 0.25;

/** Pages of a conversation's log, within what the asking member may see (rules SY10–SY13). */
export class History {
  readonly #deps: HistoryDeps;

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
  }

  /** Errors: refuses permission.not_member, whether or not there is such a conversation; throws StoreUnavailableError. */
  async page(ask: HistoryAsk, user: UserNumber): Promise<HistoryPageInit | Refusal> {
    const member = this.#deps.world
      .conversation(ask.conversation as Member['conversation']['id'])
      ?.members.get(user);
    if (member === undefined) return refuse('permission.not_member');
    const range = visibleRange(ask, member);
    if (range.fromSeq > range.toSeq) return {};
    if (ask.amendmentsOnly) return this.#amendmentsOnly(member, range, ask);
    return isFiltered(ask) ? this.#matching(member, range, ask) : this.#entries(member, range, ask);
  }

  /** [SY13] Looks through a bounded part of the range, from the end that was asked for, and says where to go on. */
  async #matching(member: Member, range: Range, ask: HistoryAsk): Promise<HistoryPageInit> {
    const { reader, limits } = this.#deps;
    const search = new HistorySearch(range, ask, this.#countMax(ask.limit));
    while (!search.isDone && search.lookedAt < limits.historyLookedAtMax) {
      const conversation = member.conversation.id;
      const countMax = limits.pageEntriesMax;
      search.take(await reader.read({ conversation, ...search.range, countMax, isNewest: ask.newest }));
    }
    const budget = this.#budget();
    const entries = ask.newest ? budget.takeLast(search.found) : budget.takeFirst(search.found);
    const amendments = await this.#amendmentsOf(entries, member);
    const seqs = new Set(entries.map((entry) => entry.seq));
    const ofThese = amendments.filter(({ target }) => seqs.has(target));
    const told = budget.takeFirst(ofThese.slice(0, limits.pageEntriesMax));
    // Of the others none was left out, unless there were more than one page of them.
    const more = told.length < ofThese.length || amendments.length > limits.pageEntriesMax;
    const page = this.#toPage(member, entries, { amendments: told, more });
    return { ...page, continueAt: search.continueAfter(entries) };
  }

  async #entries(member: Member, range: Range, ask: HistoryAsk): Promise<HistoryPageInit> {
    const { reader } = this.#deps;
    const conversation = member.conversation.id;
    const countMax = this.#countMax(ask.limit);
    const read = await reader.read({ conversation, ...range, countMax, isNewest: ask.newest });
    const budget = this.#budget();
    const entries = ask.newest ? budget.takeLast(read) : budget.takeFirst(read);
    const amendments = await this.#amendmentsOf(entries, member);
    const told = budget.takeFirst(amendments.slice(0, this.#deps.limits.pageEntriesMax));
    return this.#toPage(member, entries, { amendments: told, more: told.length < amendments.length });
  }

  /** [SY11] What came after the page and changes something on it. */
  async #amendmentsOf(entries: readonly Entry[], member: Member): Promise<readonly Entry[]> {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return [];
    return this.#deps.reader.amendments({
      conversation: member.conversation.id,
      fromSeq: seq(last.seq + 1),
      toSeq: lastVisibleTo(member),
      targetFromSeq: first.seq,
      targetToSeq: last.seq,
      countMax: this.#deps.limits.pageEntriesMax + 1,
    });
  }

  /** [SY11] What a hole hides of the messages before it. */
  async #amendmentsOnly(member: Member, range: Range, ask: HistoryAsk): Promise<HistoryPageInit> {
    const countMax = this.#countMax(ask.limit);
    const read = await this.#deps.reader.amendments({
      conversation: member.conversation.id,
      ...range,
      targetFromSeq: member.firstSeq,
      targetToSeq: seq(range.fromSeq - 1),
      countMax: countMax + 1,
    });
    const entries = this.#budget().takeFirst(read.slice(0, countMax));
    return this.#toPage(member, entries, { amendments: [], more: entries.length < read.length });
  }

  #toPage(
    { user }: Member,
    entries: readonly Entry[],
    { amendments, more }: { amendments: readonly Entry[]; more: boolean },
  ): HistoryPageInit {
    return {
      entries: entries.map((entry) => toLogEntry(entry, user)),
      amendments: amendments.map((entry) => toLogEntry(entry, user)),
      users: peopleOf([...entries, ...amendments], this.#deps.world.users),
      more,
    };
  }

  #countMax(asked: number): number {
    const { pageEntriesMax } = this.#deps.limits;
    return asked === 0 ? pageEntriesMax : Math.min(asked, pageEntriesMax);
  }

  #budget(): ByteBudget {
    return new ByteBudget(this.#deps.limits.partBytesMax * (1 - USERS_SHARE));
  }
}

/** [SY10] Never before the member entered, never after the member left. */
function visibleRange(ask: HistoryAsk, member: Member): Range {
  const last = lastVisibleTo(member);
  return {
    fromSeq: seq(Math.max(ask.from, member.firstSeq, 1)),
    toSeq: seq(ask.to === 0 ? last : Math.min(ask.to, last)),
  };
}

/** Keeps an answer within its frame: what does not fit is asked for again. */
class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  takeFirst(entries: readonly Entry[]): readonly Entry[] {
    let count = 0;
    while (count < entries.length && this.#take(entries[count] as Entry)) count++;
    return entries.slice(0, count);
  }

  takeLast(entries: readonly Entry[]): readonly Entry[] {
    let from = entries.length;
    while (from > 0 && this.#take(entries[from - 1] as Entry)) from--;
    return entries.slice(from);
  }

  #take(entry: Entry): boolean {
    const bytes = wireBytesOf(entry);
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
