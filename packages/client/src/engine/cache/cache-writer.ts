import type { Clock, ConversationId, Seq, Timer } from '@skein/model';
import {
  type CacheBatch,
  type CacheStore,
  CacheTakenError,
  type ConversationRow,
  type CounterRow,
  type EntryRow,
  type OutboxRow,
  type UserRow,
} from '../ports/cache-store.ts';
import type { LogSink } from '../ports/log-sink.ts';

/** What is not urgent waits this long for company: a busy conversation costs ten transactions a second, not a thousand. */
const GATHER_MS = 100;
/** Other windows see a change when it is stored. */
const GATHER_FOR_WINDOWS_MS = 15;
/** A store that failed is tried again after this. */
const RETRY_MS = 5_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Pending {
  isEmpty: boolean;
  clear: boolean;
  values: Map<string, string | null>;
  users: Map<number, UserRow>;
  conversations: Map<ConversationId, ConversationRow>;
  entries: EntryRow[];
  redactions: { conversation: ConversationId; seq: Seq }[];
  outbox: Map<number, OutboxRow | null>;
  counters: Map<ConversationId, CounterRow>;
}

export interface CacheWriterDeps {
  readonly clock: Clock;
  readonly log: LogSink;
  /** Another window has the store now; nothing is written any more. */
  readonly taken: () => void;
}

/**
 * Writes what changed, in the order it changed, one transaction at a time; the next one gathers meanwhile. Everything put
 * between two turns of the program lands in the same transaction, so what belongs together survives together.
 */
export class CacheWriter {
  readonly #deps: CacheWriterDeps;
  #pending: Pending = nothing();
  #isDirty = false;
  #waiters: Waiter[] = [];
  #timer: Timer | null = null;
  #isWriting = false;
  #isStopped = false;
  #isMuted = false;
  /** Sees each batch before it is written; what it returns is called when the store has it. */
  tap: ((batch: CacheBatch) => () => void) | null = null;
  #store: CacheStore | null = null;

  constructor(deps: CacheWriterDeps) {
    this.#deps = deps;
  }

  /** False when the store has, or is being given, everything put so far. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** Another window writes; what is put is not kept until a store is given again. */
  mute(): void {
    this.#isMuted = true;
    this.#store = null;
    this.#isDirty = false;
    this.#pending = nothing();
    this.#timer?.cancel();
    this.#timer = null;
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  /** Gives the store once it is open; what was put before has waited for it. */
  attach(store: CacheStore): void {
    this.#store = store;
    this.#isStopped = false;
    this.#isMuted = false;
    if (this.#isDirty) void this.#write();
  }

  /** Forgets everything stored; what is put from now on is kept. */
  clear(): void {
    this.#pending = { ...nothing(), clear: true };
    this.#touch();
  }

  value(key: string, value: string | null): void {
    this.#pending.values.set(key, value);
    this.#touch();
  }

  user(row: UserRow): void {
    this.#pending.users.set(row.number, row);
    this.#touch();
  }

  conversation(row: ConversationRow): void {
    this.#pending.conversations.set(row.number, row);
    this.#touch();
  }

  entry(row: EntryRow): void {
    this.#pending.entries.push(row);
    this.#touch();
  }

  redact(conversation: ConversationId, seq: Seq): void {
    this.#pending.redactions.push({ conversation, seq });
    this.#touch();
  }

  outbox(row: OutboxRow): void {
    this.#pending.outbox.set(row.order, row);
    this.#touch();
  }

  removeFromOutbox(order: number): void {
    this.#pending.outbox.set(order, null);
    this.#touch();
  }

  counter(row: CounterRow): void {
    this.#pending.counters.set(row.conversation, row);
    this.#touch();
  }

  /**
   * Resolves when everything put so far survives a crash.
   *
   * Errors: rejects when it could not be written; it is kept and tried again.
   */
  flush(): Promise<void> {
    if (this.#isStopped) return Promise.reject(new CacheTakenError());
    if (!this.#isDirty && !this.#isWriting) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#isDirty = true; // What is being written right now must end before this resolves.
      this.#waiters.push({ resolve, reject });
      void this.#write();
    });
  }

  /** Writes what is left and ends. */
  async stop(): Promise<void> {
    try {
      if (this.#store !== null) await this.flush();
    } catch (error) {
      this.#deps.log('warn', 'not stored at the end', error);
    }
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #touch(): void {
    if (this.#isMuted) {
      this.#pending = nothing();
      return;
    }
    this.#isDirty = true;
    this.#pending.isEmpty = false;
    if (this.#timer !== null || this.#isStopped) return;
    const gatherMs = this.tap === null ? GATHER_MS : GATHER_FOR_WINDOWS_MS;
    this.#timer = this.#deps.clock.setTimer(gatherMs, () => void this.#write());
  }

  async #write(): Promise<void> {
    if (this.#isWriting || this.#store === null) return;
    this.#isWriting = true;
    // What the same turn of the program still puts belongs to the same transaction.
    await Promise.resolve();
    while (this.#isDirty && !this.#isStopped && this.#store !== null) await this.#writeOnce(this.#store);
    this.#isWriting = false;
  }

  async #writeOnce(store: CacheStore): Promise<void> {
    const batch = this.#pending;
    const waiters = this.#waiters;
    this.#timer?.cancel();
    this.#timer = null;
    this.#pending = nothing();
    this.#waiters = [];
    this.#isDirty = false;
    try {
      const made = toBatch(batch);
      const stored = this.tap?.(made);
      if (!batch.isEmpty) await store.apply(made);
      stored?.();
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      // Of a store that this window has given up meanwhile.
      if (this.#store === store) this.#failed(batch, error);
      for (const { reject } of waiters) reject(error);
    }
  }

  #failed(batch: Pending, error: unknown): void {
    if (error instanceof CacheTakenError) {
      this.#isStopped = true;
      this.#deps.taken();
      return;
    }
    this.#deps.log('error', 'this device could not store what changed', error);
    this.#pending = merge(batch, this.#pending);
    const hasNew = this.#waiters.length > 0;
    this.#isDirty = hasNew;
    this.#timer ??= this.#deps.clock.setTimer(RETRY_MS, () => {
      this.#isDirty = true;
      void this.#write();
    });
  }
}

function nothing(): Pending {
  return {
    isEmpty: true,
    clear: false,
    values: new Map(),
    users: new Map(),
    conversations: new Map(),
    entries: [],
    redactions: [],
    outbox: new Map(),
    counters: new Map(),
  };
}

function toBatch(pending: Pending): CacheBatch {
  const outbox = [...pending.outbox];
  return {
    clear: pending.clear,
    values: pending.values,
    users: [...pending.users.values()],
    conversations: [...pending.conversations.values()],
    entries: pending.entries,
    redactions: pending.redactions,
    outbox: outbox.flatMap(([, row]) => (row === null ? [] : [row])),
    outboxRemovals: outbox.flatMap(([order, row]) => (row === null ? [order] : [])),
    counters: [...pending.counters.values()],
  };
}

/** Both, as if put one after the other. */
function merge(older: Pending, newer: Pending): Pending {
  if (newer.clear) return newer;
  return {
    isEmpty: older.isEmpty && newer.isEmpty,
    clear: older.clear,
    values: new Map([...older.values, ...newer.values]),
    users: new Map([...older.users, ...newer.users]),
    conversations: new Map([...older.conversations, ...newer.conversations]),
    entries: [...older.entries, ...newer.entries],
    redactions: [...older.redactions, ...newer.redactions],
    outbox: new Map([...older.outbox, ...newer.outbox]),
    counters: new Map([...older.counters, ...newer.counters]),
  };
}
