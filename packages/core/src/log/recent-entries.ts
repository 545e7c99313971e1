import { assert, type ConversationId, ENTRY_KIND, type Entry, type Limits, type Seq } from '@skein/model';

/** What an entry costs in memory beside its body, measured with Node 24: the object, its slot, the body's own header. */
const ENTRY_OVERHEAD_BYTES = 350;
/** Slots of dropped entries that are tolerated at the front: moving the others down for each would cost more than adding. */
const EMPTY_SLOTS_MAX = 64;
const NO_BYTES = new Uint8Array(0);

interface Recent {
  /** The newest entries without a gap, ascending, ending at the conversation's head; undefined before `start`. */
  readonly slots: (Entry | undefined)[];
  start: number;
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
    const last = recent.slots.at(-1);
    assert(last === undefined || last.seq + 1 === entry.seq, 'recent entries have no gap');
    recent.slots.push(entry);
    this.#account(recent, costOf(entry));
    if (recent.slots.length - recent.start > this.#limits.recentEntriesPerConversationMax) {
      this.#dropFirst(recent);
    }
    if (entry.kind === ENTRY_KIND.recall) this.#erase(recent, entry.target);
    while (this.#bytes > this.#limits.recentBytesMax) this.#dropOldest();
  }

  /** Entries `from … to`, both included, or undefined when some of them are not held. */
  slice(conversation: ConversationId, from: Seq, to: Seq): readonly Entry[] | undefined {
    const recent = this.#touch(conversation);
    const first = recent?.slots[recent.start];
    if (recent === undefined || first === undefined || from < first.seq) return undefined;
    const offset = recent.start - first.seq;
    if (to + offset >= recent.slots.length) return undefined;
    return recent.slots.slice(from + offset, to + offset + 1) as Entry[];
  }

  #erase(recent: Recent, target: Seq): void {
    for (let index = recent.start; index < recent.slots.length; index++) {
      const entry = recent.slots[index] as Entry;
      const isErased = entry.seq === target || (entry.target === target && entry.kind === ENTRY_KIND.edit);
      if (!isErased) continue;
      this.#account(recent, -entry.body.length);
      recent.slots[index] = { ...entry, body: NO_BYTES };
    }
  }

  #start(conversation: ConversationId): Recent {
    const recent: Recent = { slots: [], start: 0, bytes: 0 };
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

  #dropFirst(recent: Recent): void {
    this.#account(recent, -costOf(recent.slots[recent.start] as Entry));
    recent.slots[recent.start++] = undefined;
    if (recent.start < EMPTY_SLOTS_MAX) return;
    recent.slots.splice(0, recent.start);
    recent.start = 0;
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
