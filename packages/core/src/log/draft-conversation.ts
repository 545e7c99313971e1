import {
  type ConversationId,
  type ConversationKind,
  type DeviceNumber,
  ENTRY_KIND,
  type Entry,
  SEQ_BEFORE_FIRST,
  type Seq,
  seq,
  type UserNumber,
} from '@skein/model';
import type { Attributes, ConversationRow, MemberRow, SentKeyRow } from '../ports/store.ts';
import type { Conversation } from './conversation.ts';
import type { MemberFacts, SendFacts } from './facts.ts';
import type { Producer, ProducerOutcome } from './producer.ts';
import type { RecentEntries } from './recent-entries.ts';
import { placeOf, type SentKeys } from './sent-keys.ts';

const NOBODY: readonly UserNumber[] = [];

interface DraftProducer {
  readonly committed: Producer | undefined;
  /** Of the counters after the committed ones, in turn. */
  readonly outcomes: ProducerOutcome[];
}

/**
 * One conversation within one batch: what is committed, overlaid by what the batch decided so far. Everything is copied
 * only when it changes, so a batch of sends costs no more than its entries.
 */
export class DraftConversation implements SendFacts {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  row: ConversationRow;
  head: Seq = SEQ_BEFORE_FIRST;
  ordinal = 0;
  headTimeMs = 0;
  presentCount = 0;
  readonly #committed: Conversation | null;
  readonly #recent: RecentEntries;
  readonly #sentKeys: SentKeys;
  readonly #producers = new Map<DeviceNumber, DraftProducer>();
  #members: Map<UserNumber, MemberRow> | null = null;
  #recalled: Set<Seq> | null = null;
  #keyed: Map<string, SentKeyRow> | null = null;

  constructor(
    row: ConversationRow,
    committed: Conversation | null,
    { recent, sentKeys }: { recent: RecentEntries; sentKeys: SentKeys },
  ) {
    this.id = row.id;
    this.kind = row.kind;
    this.row = row;
    this.#committed = committed;
    this.#recent = recent;
    this.#sentKeys = sentKeys;
    if (committed === null) return;
    this.head = committed.head;
    this.ordinal = committed.ordinal;
    this.headTimeMs = committed.headTimeMs;
    this.presentCount = committed.present.length;
  }

  get title(): string {
    return this.row.title;
  }

  get isOpen(): boolean {
    return this.row.isOpen;
  }

  get attributes(): Attributes {
    return this.row.attributes;
  }

  member(user: UserNumber): MemberFacts | undefined {
    return this.#members?.get(user) ?? this.#committed?.members.get(user);
  }

  /** The committed list itself where this batch changed nobody: every send to a direct conversation asks. */
  presentUsers(): readonly UserNumber[] {
    const committed = this.#committed?.present ?? NOBODY;
    if (this.#members === null) return committed;
    const users = new Set([...committed, ...this.#members.keys()]);
    return [...users].filter((user) => (this.member(user)?.role ?? null) !== null);
  }

  lastCounter(device: DeviceNumber): number {
    const draft = this.#producers.get(device);
    if (draft === undefined) return this.#committed?.producers.get(device)?.last ?? 0;
    return (draft.committed?.last ?? 0) + draft.outcomes.length;
  }

  outcome(device: DeviceNumber, counter: number): ProducerOutcome | undefined {
    const draft = this.#producers.get(device);
    const committed = draft?.committed ?? this.#committed?.producers.get(device);
    return draft?.outcomes[counter - (committed?.last ?? 0) - 1] ?? committed?.outcome(counter);
  }

  sentKey(user: UserNumber, key: string): SentKeyRow | undefined {
    return this.#keyed?.get(placeOf(this.id, user, key)) ?? this.#sentKeys.find(this.id, user, key);
  }

  wasRecalledSince(target: Seq, asOf: Seq): boolean | undefined {
    if (this.#recalled?.has(target) === true) return true;
    const committedHead = this.#committed?.head ?? SEQ_BEFORE_FIRST;
    if (asOf >= committedHead) return false;
    return this.#recent
      .slice(this.id, seq(asOf + 1), committedHead)
      ?.some((entry) => entry.kind === ENTRY_KIND.recall && entry.target === target);
  }

  /** Puts an entry at the head. */
  append(entry: Entry): void {
    this.head = entry.seq;
    this.ordinal = entry.ordinal;
    this.headTimeMs = entry.timeMs;
    if (entry.kind !== ENTRY_KIND.recall) return;
    this.#recalled ??= new Set();
    this.#recalled.add(entry.target);
  }

  /** Uses up the next counter of a device. */
  consume(device: DeviceNumber, outcome: ProducerOutcome): void {
    let draft = this.#producers.get(device);
    if (draft === undefined) {
      draft = { committed: this.#committed?.producers.get(device), outcomes: [] };
      this.#producers.set(device, draft);
    }
    draft.outcomes.push(outcome);
  }

  /** Uses a key up. */
  useKey(row: SentKeyRow): void {
    this.#keyed ??= new Map();
    this.#keyed.set(placeOf(row.conversation, row.user, row.key), row);
  }

  /** Replaces a membership; returns by how much the number of present members changed. */
  setMember(row: MemberRow): number {
    const wasPresent = (this.member(row.user)?.role ?? null) !== null;
    const change = Number(row.role !== null) - Number(wasPresent);
    this.#members ??= new Map();
    this.#members.set(row.user, row);
    this.presentCount += change;
    return change;
  }
}
