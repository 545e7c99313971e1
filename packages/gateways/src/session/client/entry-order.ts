import type { Delivery } from '@skein/core';
import type { HistoryInit, LogEntry } from '@skein/protocol';

/** What is told of an entry, whether it came live, with a sync or out of history. */
export type ToldEntry = Pick<LogEntry, 'seq' | 'ordinal' | 'kind' | 'sender' | 'timeMs' | 'target' | 'body'>;

export interface EntryOrderEnds {
  /** One entry, in its turn. `live` is what it came as, for encodings that connections share; null out of history. */
  emit(conversation: number, entry: ToldEntry, live: Delivery | null): void;
  /** A page of history, oldest first; null when there is none to be had, now and for ever. */
  history(ask: HistoryInit): Promise<readonly ToldEntry[] | null>;
}

interface Log {
  /** The newest entry that was emitted, or that nobody wanted. */
  held: number;
  /** The newest entry that is known of. */
  head: number;
  /** Entries between the two are being fetched, or wait for that. */
  isBehind: boolean;
  /** Nothing comes after the head. */
  isOver?: true;
}

const PAGE_ENTRIES = 100;

/**
 * Puts the entries of each conversation in order, each once (rule CN3): what continues is passed on at once, for anything
 * later the hole is filled from history first. One page is asked for at a time, for one conversation after the other, so a
 * long backlog neither queues up here nor holds up another conversation for long.
 */
export class EntryOrder {
  readonly #ends: EntryOrderEnds;
  readonly #logs = new Map<number, Log>();
  readonly #behind: number[] = [];
  #isFetching = false;

  constructor(ends: EntryOrderEnds) {
    this.#ends = ends;
  }

  /** Whether nothing is missing, as far as is known now. */
  get isCaughtUp(): boolean {
    return this.#behind.length === 0 && !this.#isFetching;
  }

  heldOf(conversation: number): number | undefined {
    return this.#logs.get(conversation)?.held;
  }

  /** The newest entry of a conversation that was told of; 0 where none is followed. */
  headOf(conversation: number): number {
    return this.#logs.get(conversation)?.head ?? 0;
  }

  /** Follows a conversation from behind `after`. */
  follow(conversation: number, after: number): void {
    this.#logs.set(conversation, { held: after, head: after, isBehind: false });
  }

  /** Stops following once everything that is known of was told. */
  leave(conversation: number): void {
    const log = this.#logs.get(conversation);
    if (log === undefined) return;
    if (log.isBehind) log.isOver = true;
    else this.#logs.delete(conversation);
  }

  told(conversation: number, entry: ToldEntry, live: Delivery | null): void {
    const log = this.#logs.get(conversation);
    if (log === undefined || entry.seq <= log.held) return;
    if (entry.seq !== log.held + 1) {
      this.grew(conversation, entry.seq);
      return;
    }
    log.held = entry.seq;
    log.head = Math.max(log.head, entry.seq);
    this.#ends.emit(conversation, entry, live);
  }

  /** There is something up to here. */
  grew(conversation: number, head: number): void {
    const log = this.#logs.get(conversation);
    if (log === undefined) return;
    log.head = Math.max(log.head, head);
    if (log.isBehind || log.held >= log.head) return;
    log.isBehind = true;
    this.#behind.push(conversation);
    if (!this.#isFetching) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    this.#isFetching = true;
    for (;;) {
      const conversation = this.#behind.shift();
      if (conversation === undefined) break;
      await this.#fetchPage(conversation);
    }
    this.#isFetching = false;
  }

  async #fetchPage(conversation: number): Promise<void> {
    const log = this.#logs.get(conversation);
    if (log === undefined) return;
    const from = log.held + 1;
    const entries = await this.#ends.history({ conversation, from, limit: PAGE_ENTRIES });
    for (const entry of entries ?? []) {
      if (entry.seq <= log.held) continue;
      log.held = entry.seq;
      this.#ends.emit(conversation, entry, null);
    }
    // What cannot be seen is not missing.
    if (entries === null || entries.length === 0) log.held = Math.max(log.held, log.head);
    if (log.held < log.head) {
      this.#behind.push(conversation);
      return;
    }
    log.isBehind = false;
    if (log.isOver) this.#logs.delete(conversation);
  }
}
