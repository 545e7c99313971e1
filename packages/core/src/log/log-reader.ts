import {
  assert,
  type ConversationId,
  ENTRY_KIND,
  type Entry,
  isCountable,
  type Seq,
  seq,
  type UserNumber,
} from '@skein/model';
import type { AmendmentRange, EntryRange, SentKeyRow, Store } from '../ports/store.ts';
import type { Conversation } from './conversation.ts';
import type { ReadFacts, TargetFacts } from './log-command.ts';
import type { RecentEntries } from './recent-entries.ts';
import type { World } from './world.ts';

const NOTHING: readonly Entry[] = [];

/**
 * Reads committed entries, from memory where they are recent, else from the store. Answers at once when it can: a promise
 * is returned only when the store is asked, and rejects only with StoreUnavailableError.
 */
export class LogReader {
  readonly #world: World;
  readonly #store: Store;
  readonly #recent: RecentEntries;

  constructor(world: World, store: Store, recent: RecentEntries) {
    this.#world = world;
    this.#store = store;
    this.#recent = recent;
  }

  /** Entries of a range, ascending; what lies beyond the head is left out. */
  read(range: EntryRange): readonly Entry[] | Promise<readonly Entry[]> {
    const exact = this.#clamp(range);
    if (exact === null) return NOTHING;
    return (
      this.#recent.slice(range.conversation, exact.from, exact.to) ??
      this.#store.readEntries({ ...range, fromSeq: exact.from, toSeq: exact.to })
    );
  }

  /** Entries within a range that change entries within another, the oldest `countMax`. */
  amendments(range: AmendmentRange): readonly Entry[] | Promise<readonly Entry[]> {
    const conversation = this.#world.conversation(range.conversation);
    const to = seq(Math.min(range.toSeq, conversation?.head ?? 0));
    const from = seq(Math.max(range.fromSeq, 1));
    if (from > to) return NOTHING;
    const held = this.#recent.slice(range.conversation, from, to);
    if (held === undefined) return this.#store.readAmendments({ ...range, fromSeq: from, toSeq: to });
    return held.filter((entry) => amendsWithin(entry, range)).slice(0, range.countMax);
  }

  /** What a decision needs to know of the entry that an edit, recall or reaction targets; null when there is none. */
  entryFacts(conversation: ConversationId, target: Seq): TargetFacts | null | Promise<TargetFacts | null> {
    // Taken before reading: whatever is committed while the store reads is looked at by the decision (SD8).
    const asOf = this.#world.conversation(conversation)?.head;
    if (asOf === undefined || target < 1 || target > asOf) return null;
    const read = this.read(only(conversation, target));
    return read instanceof Promise
      ? read.then((entries) => factsOf(entries[0], asOf))
      : factsOf(read[0], asOf);
  }

  /** [SK3] What became of a keyed send; asks the store only for what is older than memory. */
  sentKey(
    conversation: ConversationId,
    user: UserNumber,
    key: string,
  ): SentKeyRow | null | Promise<SentKeyRow | null> {
    const { sentKeys } = this.#world;
    const held = sentKeys.find(conversation, user, key);
    if (held !== undefined) return held;
    return sentKeys.isWhole ? null : this.#store.findSentKey(conversation, user, key);
  }

  /** What unread arithmetic needs for a read marker at `upTo`, which must not be beyond the head. */
  readFacts(conversation: ConversationId, user: UserNumber, upTo: Seq): ReadFacts | Promise<ReadFacts> {
    const log = this.#world.conversation(conversation);
    const ownTotal = log?.members.get(user)?.ownTotal ?? 0;
    if (log === undefined || upTo < 1) return { ordinal: 0, own: 0 };
    if (upTo >= log.head) return { ordinal: log.ordinal, own: ownTotal };
    const held = this.#recent.slice(conversation, upTo, log.head);
    if (held === undefined) return this.#readFactsFromStore(log, user, upTo);
    return { ordinal: held[0]?.ordinal ?? 0, own: ownTotal - countOwn(held, user) };
  }

  async #readFactsFromStore(log: Conversation, user: UserNumber, upTo: Seq): Promise<ReadFacts> {
    const { head } = log;
    const ownTotal = log.members.get(user)?.ownTotal ?? 0;
    const [entries, ownAfter] = await Promise.all([
      this.#store.readEntries(only(log.id, upTo)),
      this.#store.countOwn(log.id, user, upTo, head),
    ]);
    const [entry] = entries;
    assert(entry !== undefined, 'every seq up to the head has an entry');
    return { ordinal: entry.ordinal, own: ownTotal - ownAfter };
  }

  /** The seqs that the answer holds: known beforehand, because seqs have no gaps (LG1). */
  #clamp(range: EntryRange): { from: Seq; to: Seq } | null {
    const head = this.#world.conversation(range.conversation)?.head ?? 0;
    const from = Math.max(range.fromSeq, 1);
    const to = Math.min(range.toSeq, head);
    if (from > to || range.countMax < 1) return null;
    return range.isNewest
      ? { from: seq(Math.max(from, to - range.countMax + 1)), to: seq(to) }
      : { from: seq(from), to: seq(Math.min(to, from + range.countMax - 1)) };
  }
}

function only(conversation: ConversationId, at: Seq): EntryRange {
  return { conversation, fromSeq: at, toSeq: at, countMax: 1, isNewest: false };
}

function factsOf(entry: Entry | undefined, asOf: Seq): TargetFacts | null {
  if (entry === undefined) return null;
  const { kind, sender, timeMs } = entry;
  // A message is never empty when it is sent (SD6), so an empty one was recalled.
  return { asOf, kind, sender, timeMs, isRecalled: kind === ENTRY_KIND.message && entry.body.length === 0 };
}

/** Own countable entries after the first of `held`. */
function countOwn(held: readonly Entry[], user: UserNumber): number {
  let count = 0;
  for (let index = 1; index < held.length; index++) {
    const entry = held[index] as Entry;
    if (entry.sender === user && isCountable(entry.kind)) count++;
  }
  return count;
}

function amendsWithin(entry: Entry, range: AmendmentRange): boolean {
  return entry.target > 0 && entry.target >= range.targetFromSeq && entry.target <= range.targetToSeq;
}
