import type {
  AmendmentRange,
  CommitBatch,
  ConversationCheckpoint,
  Durability,
  EntryRange,
  SentKeyRow,
  Store,
  StoredState,
} from '@skein/core';
import { StoreUnavailableError } from '@skein/core';
import {
  assert,
  type ConversationId,
  ENTRY_KIND,
  type Entry,
  isCountable,
  type Position,
  type Seq,
  type UserNumber,
} from '@skein/model';
import { MemoryData } from './memory-data.ts';

/** Entries per page of what follows the checkpoint. */
const TAIL_PAGE_ENTRIES = 1_000;
const NO_BYTES = new Uint8Array(0);

/** Reference implementation of {@link Store}: the one the others are compared with. */
export class MemoryStore implements Store {
  readonly epoch: string;
  readonly durability: Durability = 'memory';
  readonly #data: MemoryData;
  #isClosed = false;

  constructor(data: MemoryData = new MemoryData()) {
    this.#data = data;
    this.epoch = data.epoch;
  }

  async load(): Promise<StoredState> {
    this.#assertOpen();
    const data = this.#data;
    return {
      users: data.users.map(({ number, id, name }) => ({ number, id, name })),
      conversations: [...data.conversations.values()],
      members: [...data.members.values()],
      position: data.position,
      checkpointPosition: data.checkpointPosition,
      checkpoints: Array.from(data.checkpoints, ([conversation, state]) => ({ conversation, state })),
      entriesAfterCheckpoint: pagesOf(entriesAfter(data, data.checkpointPosition)),
      refusals: [...data.refusals.values()],
    };
  }

  async commit(batch: CommitBatch): Promise<void> {
    this.#assertOpen();
    const data = this.#data;
    assert(batch.position > data.position, 'positions grow from batch to batch');
    assertContinues(data, batch.entries);
    for (const entry of batch.entries) append(data, entry);
    for (const { conversation, seq } of batch.redactions) redact(data, conversation, seq);
    for (const row of batch.conversations) data.conversations.set(row.id, row);
    for (const row of batch.members) data.members.set(`${row.conversation}/${row.user}`, row);
    for (const row of batch.refusals) {
      data.refusals.set(`${row.conversation}/${row.device}/${row.counter}`, row);
    }
    for (const row of batch.sentKeys) data.sentKeys.set(`${row.conversation}/${row.user}/${row.key}`, row);
    data.position = batch.position;
  }

  async readEntries(range: EntryRange): Promise<readonly Entry[]> {
    this.#assertOpen();
    const found = slice(this.#data, range.conversation, range.fromSeq, range.toSeq);
    return range.isNewest ? newest(found, range.countMax) : found.slice(0, range.countMax);
  }

  async readAmendments(range: AmendmentRange): Promise<readonly Entry[]> {
    this.#assertOpen();
    return slice(this.#data, range.conversation, range.fromSeq, range.toSeq)
      .filter(({ target }) => target > 0 && target >= range.targetFromSeq && target <= range.targetToSeq)
      .slice(0, range.countMax);
  }

  async countOwn(conversation: ConversationId, user: UserNumber, afterSeq: Seq, toSeq: Seq): Promise<number> {
    this.#assertOpen();
    return slice(this.#data, conversation, afterSeq + 1, toSeq).filter(
      ({ sender, kind }) => sender === user && isCountable(kind),
    ).length;
  }

  async findSentKey(conversation: ConversationId, user: UserNumber, key: string): Promise<SentKeyRow | null> {
    this.#assertOpen();
    return this.#data.sentKeys.get(`${conversation}/${user}/${key}`) ?? null;
  }

  async loadSentKeys(countMax: number): Promise<readonly SentKeyRow[]> {
    this.#assertOpen();
    return newest([...this.#data.sentKeys.values()], countMax);
  }

  async forgetSentKeys(beforeMs: number): Promise<void> {
    this.#assertOpen();
    const { sentKeys } = this.#data;
    for (const [place, { timeMs }] of sentKeys) if (timeMs < beforeMs) sentKeys.delete(place);
  }

  async checkpoint(position: Position, conversations: readonly ConversationCheckpoint[]): Promise<void> {
    this.#assertOpen();
    for (const { conversation, state } of conversations) this.#data.checkpoints.set(conversation, state);
    this.#data.checkpointPosition = position;
    for (const [key, row] of this.#data.refusals) {
      if (row.position <= position) this.#data.refusals.delete(key);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreUnavailableError('the store was closed');
  }
}

/** Looked at before anything is changed: a batch is stored whole or not at all [ST2]. */
function assertContinues(data: MemoryData, entries: readonly Entry[]): void {
  const heads = new Map<ConversationId, number>();
  for (const { conversation, seq } of entries) {
    const head = heads.get(conversation) ?? data.logs.get(conversation)?.length ?? 0;
    assert(seq === head + 1, 'an entry follows the one before it in its conversation');
    heads.set(conversation, seq);
  }
}

function append(data: MemoryData, entry: Entry): void {
  const log = data.logs.get(entry.conversation) ?? [];
  data.logs.set(entry.conversation, log);
  // A copy: the body may be a view into a buffer that its owner writes over.
  log.push({ ...entry, body: entry.body.slice() });
  assert(log.length === entry.seq, 'seq n sits at index n - 1');
}

/** Erases a message and what its edits said. */
function redact(data: MemoryData, conversation: ConversationId, seq: Seq): void {
  for (const [at, entry] of data.logs.get(conversation)?.entries() ?? []) {
    const isEdit = entry.kind === ENTRY_KIND.edit && entry.target === seq;
    if (entry.seq === seq || isEdit) data.logs.get(conversation)?.splice(at, 1, { ...entry, body: NO_BYTES });
  }
}

function slice(data: MemoryData, conversation: ConversationId, fromSeq: number, toSeq: number): Entry[] {
  return data.logs.get(conversation)?.slice(Math.max(0, fromSeq - 1), Math.max(0, toSeq)) ?? [];
}

function newest<T>(found: T[], countMax: number): T[] {
  return found.slice(Math.max(0, found.length - countMax));
}

function entriesAfter(data: MemoryData, position: Position): Entry[] {
  return [...data.logs.values()]
    .flatMap((log) => log.filter((entry) => entry.position > position))
    .sort((a, b) => a.position - b.position);
}

async function* pagesOf(entries: readonly Entry[]): AsyncGenerator<readonly Entry[]> {
  for (let at = 0; at < entries.length; at += TAIL_PAGE_ENTRIES)
    yield entries.slice(at, at + TAIL_PAGE_ENTRIES);
}
