import {
  assert,
  type ConversationId,
  ENTRY_KIND,
  type Entry,
  type Limits,
  type Seq,
  seq,
} from '@skein/model';

/** What an entry costs in memory beside its body, measured on 64-bit V8: the object, its slot, its body's header. */
const ENTRY_OVERHEAD_BYTES = 240;
const NO_BYTES = new Uint8Array(0);

interface Recent {
  /** The newest entries without a gap, ascending, ending at the conversation's head. */
  readonly entries: Entry[];
  bytes: number;
}

type RecentLimits = Pick<Limits, 'recentEntriesPerConversationMax' | 'recentBytesMax'>;

/**
 * The newest entries of the conversations in use, so that live traffic, short breaks and the facts of a recall never
 * touch the store. Bounded by entries per conversation and bytes over all; what was not used for longest goes first.
 */
export class RecentEntries {
  readonly #limits: RecentLimits;
  // A Map keeps the order of insertion: the first key is the one unused for longest.
  readonly #byConversation = new Map<ConversationId, Recent>();
  #newest: Recent | null = null;
  #bytes = 0;

  constructor(limits: RecentLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the newest entry of its conversation; a recall among them erases what it recalls (ED4). */
  add(entry: Entry): void {
    const recent = this.#touch(entry.conversation) ?? this.#start(entry.conversation);
    const last = recent.entries.at(-1);
    assert(last === undefined || last.seq + 1 === entry.seq, 'recent entries have no gap');
    recent.entries.push(entry);
    this.#account(recent, costOf(entry));
    if (recent.entries.length > this.#limits.recentEntriesPerConversationMax) {
      const oldest = recent.entries.shift();
      if (oldest !== undefined) this.#account(recent, -costOf(oldest));
    }
    if (entry.kind === ENTRY_KIND.recall) this.#erase(recent, entry.target);
    while (this.#bytes > this.#limits.recentBytesMax) this.#dropOldest();
  }

  /** Entries `from … to`, both included, or undefined when some of them are not held. */
  slice(conversation: ConversationId, from: Seq, to: Seq): readonly Entry[] | undefined {
    const recent = this.#touch(conversation);
    const first = recent?.entries[0];
    if (recent === undefined || first === undefined || from < first.seq) return undefined;
    if (to > first.seq + recent.entries.length - 1) return undefined;
    return recent.entries.slice(from - first.seq, to - first.seq + 1);
  }

  #erase(recent: Recent, target: Seq): void {
    const first = recent.entries[0]?.seq ?? seq(0);
    for (let index = Math.max(0, target - first); index < recent.entries.length; index++) {
      const entry = recent.entries[index] as Entry;
      const isErased = entry.seq === target || (entry.target === target && entry.kind === ENTRY_KIND.edit);
      if (!isErased) continue;
      this.#account(recent, -entry.body.length);
      recent.entries[index] = { ...entry, body: NO_BYTES };
    }
  }

  #start(conversation: ConversationId): Recent {
    const recent: Recent = { entries: [], bytes: 0 };
    this.#byConversation.set(conversation, recent);
    this.#newest = recent;
    return recent;
  }

  #touch(conversation: ConversationId): Recent | undefined {
    const recent = this.#byConversation.get(conversation);
    if (recent === undefined || recent === this.#newest) return recent;
    this.#byConversation.delete(conversation);
    this.#byConversation.set(conversation, recent);
    this.#newest = recent;
    return recent;
  }

  #account(recent: Recent, bytes: number): void {
    recent.bytes += bytes;
    this.#bytes += bytes;
  }

  #dropOldest(): void {
    const [conversation, recent] = this.#byConversation.entries().next().value as [ConversationId, Recent];
    this.#byConversation.delete(conversation);
    if (recent === this.#newest) this.#newest = null;
    this.#bytes -= recent.bytes;
  }
}

function costOf(entry: Entry): number {
  return entry.body.length + ENTRY_OVERHEAD_BYTES;
}
