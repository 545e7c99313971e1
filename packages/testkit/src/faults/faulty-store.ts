import type {
  AmendmentRange,
  CommitBatch,
  ConversationCheckpoint,
  Durability,
  EntryRange,
  Store,
  StoredState,
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

  constructor(inner: Store, disk: FaultyDisk) {
    this.#inner = inner;
    this.#disk = disk;
    this.epoch = inner.epoch;
    this.durability = inner.durability;
  }

  load(): Promise<StoredState> {
    return this.#disk.read(() => this.#inner.load());
  }

  async commit(batch: CommitBatch): Promise<void> {
    const stored = this.#disk.write(() => this.#inner.commit(batch));
    if (!this.acknowledgesEarly) return stored;
    // A disk that lies does not tell about its failures either.
    stored.catch(() => undefined);
  }

  readEntries(range: EntryRange): Promise<readonly Entry[]> {
    return this.#disk.read(() => this.#inner.readEntries(range));
  }

  readAmendments(range: AmendmentRange): Promise<readonly Entry[]> {
    return this.#disk.read(() => this.#inner.readAmendments(range));
  }

  countOwn(conversation: ConversationId, user: UserNumber, afterSeq: Seq, toSeq: Seq): Promise<number> {
    return this.#disk.read(() => this.#inner.countOwn(conversation, user, afterSeq, toSeq));
  }

  checkpoint(position: Position, conversations: readonly ConversationCheckpoint[]): Promise<void> {
    return this.#disk.write(() => this.#inner.checkpoint(position, conversations));
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
