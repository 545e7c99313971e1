import {
  type AmendmentRange,
  type CommitBatch,
  type ConversationCheckpoint,
  type Durability,
  type EntryRange,
  type SentKeyRow,
  type Store,
  type StoredState,
  StoreUnavailableError,
} from '@skein/core';
import type { ConversationId, Entry, Position, Seq, UserNumber } from '@skein/model';
import type { FaultyDisk } from './faulty-disk.ts';

/** A store on a {@link FaultyDisk}: what the simulator gives to one life of a server. */
export class FaultyStore implements Store {
  readonly epoch: string;
  readonly durability: Durability;
  /**
   * Says "stored" before it is: the planted fault that every crash test has to find.
   */
  acknowledgesEarly = false;
  readonly #inner: Store;
  readonly #disk: FaultyDisk;
  #isClosed = false;

  constructor(inner: Store, disk: FaultyDisk) {
    this.#inner = inner;
    this.#disk = disk;
    this.epoch = inner.epoch;
    this.durability = inner.durability;
  }

  load(): Promise<StoredState> {
    return this.#read(() => this.#inner.load());
  }

  async commit(batch: CommitBatch): Promise<void> {
    const stored = this.#write(() => this.#inner.commit(batch));
    if (!this.acknowledgesEarly) return stored;
    // A disk that lies does not tell about its failures either.
    stored.catch(() => undefined);
  }

  readEntries(range: EntryRange): Promise<readonly Entry[]> {
    return this.#read(() => this.#inner.readEntries(range));
  }

  readAmendments(range: AmendmentRange): Promise<readonly Entry[]> {
    return this.#read(() => this.#inner.readAmendments(range));
  }

  countOwn(conversation: ConversationId, user: UserNumber, afterSeq: Seq, toSeq: Seq): Promise<number> {
    return this.#read(() => this.#inner.countOwn(conversation, user, afterSeq, toSeq));
  }

  findSentKey(conversation: ConversationId, user: UserNumber, key: string): Promise<SentKeyRow | null> {
    return this.#read(() => this.#inner.findSentKey(conversation, user, key));
  }

  loadSentKeys(countMax: number): Promise<readonly SentKeyRow[]> {
    return this.#read(() => this.#inner.loadSentKeys(countMax));
  }

  forgetSentKeys(beforeMs: number): Promise<void> {
    return this.#write(() => this.#inner.forgetSentKeys(beforeMs));
  }

  checkpoint(position: Position, conversations: readonly ConversationCheckpoint[]): Promise<void> {
    return this.#write(() => this.#inner.checkpoint(position, conversations));
  }

  /** Ends this life's use of the store; what is inside stays open for the next one. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Writes are applied in order, so this one is answered when all before it were.
    await this.#disk.write(async () => undefined).catch(() => undefined);
  }

  #write<T>(apply: () => Promise<T>): Promise<T> {
    return this.#isClosed ? refuseClosed() : this.#disk.write(apply);
  }

  #read<T>(answer: () => Promise<T>): Promise<T> {
    return this.#isClosed ? refuseClosed() : this.#disk.read(answer);
  }
}

function refuseClosed(): Promise<never> {
  return Promise.reject(new StoreUnavailableError('the store was closed'));
}
