import type { ConversationId, DeviceNumber, Seq, UserNumber } from '@skein/model';
import type { Attribute } from '../../api/message.ts';

/** Inclusive. */
export interface SeqRange {
  readonly from: Seq;
  readonly to: Seq;
}

export interface UserRow {
  readonly number: UserNumber;
  readonly id: string;
  readonly name: string;
}

/** What unread is computed from; see `ReadState` of the schema. */
export interface ReadPosition {
  readonly seq: Seq;
  readonly ordinal: number;
  readonly own: number;
}

export interface MarkerRow {
  readonly user: UserNumber;
  readonly delivered: Seq;
  readonly read: Seq;
}

/** The newest message of a conversation, as a list of conversations shows it. */
export interface PreviewRow {
  readonly entry: EntryRow;
  /** Entries that change it, ascending. */
  readonly amendments: readonly EntryRow[];
}

/** Everything about a conversation but its entries. */
export interface ConversationRow {
  readonly number: ConversationId;
  readonly kind: number;
  readonly title: string;
  readonly isOpen: boolean;
  /** Absent in rows that an earlier version wrote. */
  readonly attributes?: readonly Attribute[];
  /** The schema's role number; 0: not a member. */
  readonly role: number;
  /** The other member of a direct conversation, else 0. */
  readonly peer: UserNumber;
  readonly memberCount: number;
  readonly first: Seq;
  readonly head: Seq;
  readonly headOrdinal: number;
  readonly headTimeMs: number;
  /** As the server has it. */
  readonly read: ReadPosition;
  /** As this device has it; ahead of `read` until the server has confirmed it. */
  readonly localRead: ReadPosition;
  /** Own countable entries in all, exact up to `ownSeq` as the server told, counted by us after that. */
  readonly ownTotal: number;
  readonly ownSeq: Seq;
  /** Which entries this device holds. */
  readonly held: readonly SeqRange[];
  /** Entries not held which may change held ones before them: to be asked for (rule CU6). */
  readonly unamended: readonly SeqRange[];
  readonly markers: readonly MarkerRow[];
  readonly preview: PreviewRow | null;
}

/** One entry at rest. */
export interface EntryRow {
  readonly conversation: ConversationId;
  readonly seq: Seq;
  readonly ordinal: number;
  readonly kind: number;
  readonly sender: UserNumber;
  readonly timeMs: number;
  /** The seq this entry changes, else 0. */
  readonly target: Seq;
  readonly body: Uint8Array;
  /** Identity of an own send; 0 and 0 for what others sent. */
  readonly device: DeviceNumber;
  readonly counter: number;
}

/** A send that the server has not confirmed. */
export interface OutboxRow {
  /** Place among all sends of this device; rows of one conversation leave in this order. */
  readonly order: number;
  /** Public id of the conversation. */
  readonly to: string;
  /** 0 until a direct conversation has been opened at the server. */
  readonly conversation: ConversationId;
  /** Given right before the first attempt; 0 proves that nothing of it ever reached the wire. */
  readonly counter: number;
  /** The installation's number when the counter was given: the other half of the identity. */
  readonly device: DeviceNumber;
  /** Head of the conversation when the counter was given: if stored, it is after this. */
  readonly afterSeq: Seq;
  readonly kind: number;
  readonly target: Seq;
  readonly body: Uint8Array;
  readonly createdAtMs: number;
  /** Code of the refusal; empty: not refused. */
  readonly refusal: string;
}

/** The last counter that this installation has given in a conversation. */
export interface CounterRow {
  readonly conversation: ConversationId;
  readonly device: DeviceNumber;
  readonly counter: number;
}

/** Everything that is kept in memory while the client runs. */
export interface CacheSnapshot {
  readonly values: ReadonlyMap<string, string>;
  readonly users: readonly UserRow[];
  readonly conversations: readonly ConversationRow[];
  readonly outbox: readonly OutboxRow[];
  readonly counters: readonly CounterRow[];
}

/** Changes that become visible together or not at all. */
export interface CacheBatch {
  /** Erases everything but `values` before the rest is applied. */
  readonly clear: boolean;
  /** Null removes. */
  readonly values: ReadonlyMap<string, string | null>;
  readonly users: readonly UserRow[];
  readonly conversations: readonly ConversationRow[];
  readonly entries: readonly EntryRow[];
  /** Messages whose stored words are to be erased, their edits' too, where they are stored; after `entries`. */
  readonly redactions: readonly { readonly conversation: ConversationId; readonly seq: Seq }[];
  readonly outbox: readonly OutboxRow[];
  /** `order` of rows to remove. */
  readonly outboxRemovals: readonly number[];
  readonly counters: readonly CounterRow[];
}

/**
 * Thrown when another window or process has taken over this store; nothing may be written any more. Known by its name, so that a
 * store whose code is loaded apart need not import it.
 */
export class CacheTakenError extends Error {
  override readonly name = 'CacheTakenError';

  static override [Symbol.hasInstance](error: unknown): boolean {
    return (error as Error | undefined)?.name === 'CacheTakenError';
  }
}

/** What one user's device remembers. One writer at a time: opening it takes it from whoever had it. */
export interface CacheStore {
  /**
   * Reads everything but entries.
   *
   * Errors: throws when the storage cannot be read.
   */
  load(): Promise<CacheSnapshot>;
  /**
   * Entries with `from ≤ seq ≤ to`, ascending.
   *
   * Errors: throws when the storage cannot be read.
   */
  readEntries(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]>;
  /**
   * Entries whose target is within the range, wherever they are themselves, ascending.
   *
   * Errors: throws when the storage cannot be read.
   */
  readAmendments(conversation: ConversationId, range: SeqRange): Promise<readonly EntryRow[]>;
  /**
   * Applies all of it in one transaction; resolves when it survives a crash.
   *
   * Errors: throws CacheTakenError when another window took over, anything else when it could not be written; then
   * nothing of it was applied.
   */
  apply(batch: CacheBatch): Promise<void>;
  /**
   * Deletes everything, then closes.
   *
   * Errors: throws when the storage cannot be written.
   */
  destroy(): Promise<void>;
  /**
   * Lets go of the storage.
   *
   * Errors: none; the second call does nothing.
   */
  close(): Promise<void>;
}

/** Finds each user's own store on this device. */
export interface CacheProvider {
  /**
   * Opens, or makes, the store of one user.
   *
   * Errors: throws when this platform has no storage or it is broken.
   */
  open(user: string): Promise<CacheStore>;
  /**
   * Who signed in here last; null: nobody, or signed out since.
   *
   * Errors: none; unknown is null.
   */
  lastUser(): Promise<string | null>;
  /**
   * Remembers it for `lastUser`.
   *
   * Errors: none; where nothing can be kept, nothing is.
   */
  rememberUser(user: string | null): Promise<void>;
}
