import {
  type AmendmentRange,
  type CommitBatch,
  type ConversationCheckpoint,
  type ConversationRow,
  type Durability,
  type EntryRange,
  type MemberRow,
  type RefusalRow,
  type SentKeyRow,
  type Store,
  type StoredState,
  StoreUnavailableError,
  type UserRow,
} from '@skein/core';
import {
  assert,
  type ConversationId,
  ENTRY_KIND,
  type Entry,
  isCountable,
  POSITION_BEFORE_FIRST,
  type Position,
  type Seq,
  type UserNumber,
} from '@skein/model';

const NO_BYTES = new Uint8Array(0);

/** Promises that wait until a test lets them go on. */
interface Held {
  readonly release: () => void;
}

/**
 * The store for tests of the core itself, which can reach no real one: keeps everything in plain sight, holds commits
 * back and fails on request.
 */
export class FakeStore implements Store {
  readonly epoch = 'epoch-of-the-fake-store';
  readonly durability: Durability = 'memory';
  readonly users: UserRow[];
  readonly logs: Map<ConversationId, Entry[]>;
  readonly conversations: Map<ConversationId, ConversationRow>;
  readonly members: Map<string, MemberRow>;
  readonly refusals: RefusalRow[];
  sentKeys: SentKeyRow[];
  readonly checkpoints: Map<ConversationId, Uint8Array>;
  /** Every batch that was stored, in order. */
  readonly commits: CommitBatch[];
  /** Positions that `checkpoint` was called with and stored. */
  readonly checkpointPositions: Position[];
  /** Calls of `readEntries`, `readAmendments` and `countOwn`. */
  readCount = 0;
  position: Position;
  checkpointPosition: Position;
  isClosed = false;
  #failures: Error[] = [];
  #isHolding = false;
  #isAbandoned = false;
  #held: Held[] = [];

  /** An empty store, or what a new process finds of an earlier one. */
  constructor(from?: FakeStore) {
    this.users = from?.users ?? [];
    this.logs = from?.logs ?? new Map();
    this.conversations = from?.conversations ?? new Map();
    this.members = from?.members ?? new Map();
    this.refusals = from?.refusals ?? [];
    this.sentKeys = from?.sentKeys ?? [];
    this.checkpoints = from?.checkpoints ?? new Map();
    this.commits = from?.commits ?? [];
    this.checkpointPositions = from?.checkpointPositions ?? [];
    this.position = from?.position ?? POSITION_BEFORE_FIRST;
    this.checkpointPosition = from?.checkpointPosition ?? POSITION_BEFORE_FIRST;
  }

  /** The same data for a new process. The old one is dead: whatever it still writes is lost and never answered. */
  reopen(): FakeStore {
    this.#isAbandoned = true;
    return new FakeStore(this);
  }

  /** The next writes reject with this, once for each. */
  failNext(error: Error = new StoreUnavailableError('asked to fail'), times = 1): void {
    for (let time = 0; time < times; time++) this.#failures.push(error);
  }

  /** Forgets the failures that were asked for and did not happen yet. */
  heal(): void {
    this.#failures = [];
  }

  /** Commits wait from now on. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Lets go what waits, and does not hold back any more. */
  release(): void {
    this.#isHolding = false;
    const held = this.#held;
    this.#held = [];
    for (const { release } of held) release();
  }

  get heldCount(): number {
    return this.#held.length;
  }

  async load(): Promise<StoredState> {
    return {
      users: this.users,
      conversations: [...this.conversations.values()],
      members: [...this.members.values()],
      position: this.position,
      checkpointPosition: this.checkpointPosition,
      checkpoints: Array.from(this.checkpoints, ([conversation, state]) => ({ conversation, state })),
      entriesAfterCheckpoint: this.#tail(),
      refusals: this.refusals,
    };
  }

  async commit(batch: CommitBatch): Promise<void> {
    await this.#turn();
    assert(batch.position > this.position, 'positions grow from batch to batch');
    for (const entry of batch.entries) this.#log(entry.conversation).push(entry);
    for (const { conversation, seq } of batch.redactions) this.#redact(conversation, seq);
    for (const row of batch.conversations) this.conversations.set(row.id, row);
    for (const row of batch.members) this.members.set(`${row.conversation}/${row.user}`, row);
    this.refusals.push(...batch.refusals);
    this.sentKeys.push(...batch.sentKeys);
    this.position = batch.position;
    this.commits.push(batch);
  }

  async readEntries({
    conversation,
    fromSeq,
    toSeq,
    countMax,
    isNewest,
  }: EntryRange): Promise<readonly Entry[]> {
    this.readCount++;
    const found = this.#range(conversation, fromSeq, toSeq);
    return isNewest ? found.slice(Math.max(0, found.length - countMax)) : found.slice(0, countMax);
  }

  async readAmendments(range: AmendmentRange): Promise<readonly Entry[]> {
    this.readCount++;
    return this.#range(range.conversation, range.fromSeq, range.toSeq)
      .filter(({ target }) => target > 0 && target >= range.targetFromSeq && target <= range.targetToSeq)
      .slice(0, range.countMax);
  }

  async countOwn(conversation: ConversationId, user: UserNumber, afterSeq: Seq, toSeq: Seq): Promise<number> {
    this.readCount++;
    return this.#range(conversation, afterSeq + 1, toSeq).filter(
      ({ sender, kind }) => sender === user && isCountable(kind),
    ).length;
  }

  async findSentKey(conversation: ConversationId, user: UserNumber, key: string): Promise<SentKeyRow | null> {
    this.readCount++;
    const isIt = (row: SentKeyRow): boolean =>
      row.conversation === conversation && row.user === user && row.key === key;
    return this.sentKeys.find(isIt) ?? null;
  }

  async loadSentKeys(countMax: number): Promise<readonly SentKeyRow[]> {
    return this.sentKeys.slice(Math.max(0, this.sentKeys.length - countMax));
  }

  async forgetSentKeys(beforeMs: number): Promise<void> {
    this.sentKeys = this.sentKeys.filter(({ timeMs }) => timeMs >= beforeMs);
  }

  async checkpoint(position: Position, conversations: readonly ConversationCheckpoint[]): Promise<void> {
    await this.#turn();
    for (const { conversation, state } of conversations) this.checkpoints.set(conversation, state);
    this.checkpointPosition = position;
    const later = this.refusals.filter((row) => row.position > position);
    this.refusals.splice(0, this.refusals.length, ...later);
    this.checkpointPositions.push(position);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  async #turn(): Promise<void> {
    if (this.#isAbandoned || this.#isHolding) {
      await new Promise<void>((resolve) => {
        this.#held.push({ release: resolve });
      });
    }
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
  }

  async *#tail(): AsyncGenerator<readonly Entry[]> {
    const tail = [...this.logs.values()]
      .flat()
      .filter(({ position }) => position > this.checkpointPosition)
      .sort((a, b) => a.position - b.position);
    for (const entry of tail) yield [entry];
  }

  #log(conversation: ConversationId): Entry[] {
    const log = this.logs.get(conversation) ?? [];
    this.logs.set(conversation, log);
    return log;
  }

  #range(conversation: ConversationId, from: number, to: number): readonly Entry[] {
    return this.#log(conversation).filter(({ seq }) => seq >= from && seq <= to);
  }

  #redact(conversation: ConversationId, target: Seq): void {
    const log = this.#log(conversation);
    log.forEach((entry, index) => {
      const isEdit = entry.kind === ENTRY_KIND.edit && entry.target === target;
      if (entry.seq === target || isEdit) log[index] = { ...entry, body: NO_BYTES };
    });
  }
}
