import type {
  ConversationId,
  ConversationKind,
  DeviceNumber,
  Entry,
  Position,
  Refusal,
  Role,
  Seq,
  UserId,
  UserNumber,
} from '@skein/model';

/** What an acknowledgement means on this store. */
export type Durability = 'memory' | 'fsync' | 'replicated';

/** What an application keeps with a conversation, by key; no value is empty (rule CV17). */
export type Attributes = ReadonlyMap<string, string>;

/** A conversation apart from its entries and members. */
export interface ConversationRow {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly title: string;
  /** Whether anyone who knows it may join by themselves. */
  readonly isOpen: boolean;
  readonly attributes: Attributes;
  /** Finds an earlier creation again: both users of a direct conversation, or the creator and key of a group. */
  readonly key: string;
  readonly createdAtMs: number;
}

/** One user in one conversation: present, or with `role: null` a former member whose view ends at `leftSeq`. */
export interface MemberRow {
  readonly conversation: ConversationId;
  readonly user: UserNumber;
  readonly role: Role | null;
  /** First entry this member may see. */
  readonly firstSeq: Seq;
  /** Last entry a former member may see; 0 while present. */
  readonly leftSeq: Seq;
  /** The entry by which this member entered, the last time: tells who stands longest. */
  readonly joinedSeq: Seq;
  readonly deliveredSeq: Seq;
  readonly readSeq: Seq;
  /** Ordinal of the entry at `readSeq`, and how many countable entries up to it are this member's own. */
  readonly readOrdinal: number;
  readonly readOwn: number;
  /** Position of the last change of this row that this user's devices must hear of. */
  readonly position: Position;
}

/** A "no" that used up a counter, kept so that a retry hears the same "no" (rule SD5). */
export interface RefusalRow {
  readonly conversation: ConversationId;
  readonly device: DeviceNumber;
  readonly counter: number;
  readonly refusal: Refusal;
  readonly position: Position;
}

/** What a send that had a key became (rules SK1–SK5). */
export interface SentKeyRow {
  readonly conversation: ConversationId;
  readonly user: UserNumber;
  /** Chosen by the sender, 1–64 characters. */
  readonly key: string;
  readonly seq: Seq;
  readonly ordinal: number;
  readonly timeMs: number;
  /** Of what was sent, see `hashOfSend`. */
  readonly hash: number;
}

export interface UserRow {
  readonly number: UserNumber;
  readonly id: UserId;
  readonly name: string;
}

/** Everything that one turn decided; stored whole or not at all. */
export interface CommitBatch {
  /** Of the last row: greater than every earlier batch's. */
  readonly position: Position;
  readonly entries: readonly Entry[];
  /**
   * Recalled messages: the body of each is erased, and the bodies of all entries of kind edit that target it, whether
   * stored earlier or by this batch.
   */
  readonly redactions: readonly { readonly conversation: ConversationId; readonly seq: Seq }[];
  /** New or changed rows; each replaces the earlier one of the same key. */
  readonly conversations: readonly ConversationRow[];
  readonly members: readonly MemberRow[];
  readonly refusals: readonly RefusalRow[];
  readonly sentKeys: readonly SentKeyRow[];
}

/** Derived state of one conversation in the core's own encoding, as of `Checkpoint.position`. */
export interface ConversationCheckpoint {
  readonly conversation: ConversationId;
  readonly state: Uint8Array;
}

/** What the core keeps in memory, as the store gives it back at start. */
export interface StoredState {
  readonly users: readonly UserRow[];
  readonly conversations: readonly ConversationRow[];
  readonly members: readonly MemberRow[];
  /** Position of the last committed batch. */
  readonly position: Position;
  readonly checkpointPosition: Position;
  readonly checkpoints: readonly ConversationCheckpoint[];
  /** Every entry after the checkpoint, in position order, in pages. */
  readonly entriesAfterCheckpoint: AsyncIterable<readonly Entry[]>;
  /** Every refusal after the checkpoint; the checkpoints remember the earlier ones as long as they are of use. */
  readonly refusals: readonly RefusalRow[];
}

export interface EntryRange {
  readonly conversation: ConversationId;
  /** Both inclusive. */
  readonly fromSeq: Seq;
  readonly toSeq: Seq;
  readonly countMax: number;
  /** True keeps the newest `countMax` of the range, false the oldest; either way the answer ascends. */
  readonly isNewest: boolean;
}

export interface AmendmentRange {
  readonly conversation: ConversationId;
  /** Where the amending entries stand, both inclusive. */
  readonly fromSeq: Seq;
  readonly toSeq: Seq;
  /** What they amend, both inclusive. */
  readonly targetFromSeq: Seq;
  readonly targetToSeq: Seq;
  readonly countMax: number;
}

/**
 * The log and all that is decided with it. One writer; the core never has two commits under way. Rules ST1–ST11 of
 * SPEC.md; the memory store is the reference, and every store runs the same contract suite.
 */
export interface Store {
  /** Identity of this data, 16–32 characters: changes when history was lost or restored, so that cursors are not mixed up. */
  readonly epoch: string;
  readonly durability: Durability;

  /**
   * Reads everything the core keeps in memory. Called once, before the first commit.
   *
   * Errors: throws StoreUnavailableError or StoreCorruptError.
   */
  load(): Promise<StoredState>;

  /**
   * Stores a batch whole, durably, before it resolves (ST1). After a rejection nothing of it is stored (ST2) and the
   * next commit may be tried.
   *
   * Errors: throws StoreFullError (retryable: no room), StoreUnavailableError (retryable); nothing else.
   */
  commit(batch: CommitBatch): Promise<void>;

  /**
   * Reads entries of one conversation in seq order (ST4), including those of the last resolved commit.
   *
   * Errors: throws StoreUnavailableError; an unknown conversation or empty range is an empty answer.
   */
  readEntries(range: EntryRange): Promise<readonly Entry[]>;

  /**
   * Reads the entries within a range that amend messages within another, in seq order (ST5), the oldest `countMax`.
   *
   * Errors: throws StoreUnavailableError.
   */
  readAmendments(range: AmendmentRange): Promise<readonly Entry[]>;

  /**
   * Counts countable entries of `user` in (afterSeq, toSeq] (ST6); what unread arithmetic needs for a read in the middle.
   *
   * Errors: throws StoreUnavailableError.
   */
  countOwn(conversation: ConversationId, user: UserNumber, afterSeq: Seq, toSeq: Seq): Promise<number>;

  /**
   * Finds what a keyed send became (ST11); null when the key was not used, or was forgotten.
   *
   * Errors: throws StoreUnavailableError.
   */
  findSentKey(conversation: ConversationId, user: UserNumber, key: string): Promise<SentKeyRow | null>;

  /**
   * Reads the newest `countMax` of all sent keys, oldest first (ST11).
   *
   * Errors: throws StoreUnavailableError or StoreCorruptError.
   */
  loadSentKeys(countMax: number): Promise<readonly SentKeyRow[]>;

  /**
   * Forgets the keys of entries whose time is before this (ST11).
   *
   * Errors: throws StoreFullError, StoreUnavailableError.
   */
  forgetSentKeys(beforeMs: number): Promise<void>;

  /**
   * Replaces the derived state of some conversations, in one step with the position it holds for (ST7). Makes the next
   * start faster, and forgets the refusals up to that position, which the derived state holds.
   *
   * Errors: throws StoreFullError, StoreUnavailableError.
   */
  checkpoint(position: Position, conversations: readonly ConversationCheckpoint[]): Promise<void>;

  /**
   * Finishes what was started and releases the data. Later calls of anything else throw StoreUnavailableError.
   *
   * Errors: none.
   */
  close(): Promise<void>;
}

/** The environment broke: caught where a batch or a read was asked for, answered as a retryable refusal. */
export class StoreUnavailableError extends Error {
  override readonly name: string = 'StoreUnavailableError';

  shouldRetry(): boolean {
    return true;
  }
}

/** There is no room to write. */
export class StoreFullError extends StoreUnavailableError {
  override readonly name = 'StoreFullError';
}

/** The data contradicts itself; nothing is served from it. */
export class StoreCorruptError extends Error {
  override readonly name = 'StoreCorruptError';

  shouldRetry(): boolean {
    return false;
  }
}
