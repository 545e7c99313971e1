import { ProtocolError, Reader, Writer } from '@skein/protocol';
import { allRecords, type RecordChange, type RecordStore } from '../ports/record-store.ts';

interface Kept {
  readonly value: number;
  readonly untilMs: number;
  isStored: boolean;
}

export interface ExpiringOptions {
  readonly space: string;
  /** Beyond it the oldest is forgotten. */
  readonly countMax: number;
}

/**
 * Numbers that hold for a while, across restarts: in memory at once, in the store when asked for. Bounded in both, and
 * whatever has expired leaves both with the next write or at the next start.
 */
export class ExpiringRecords {
  readonly #records: RecordStore;
  readonly #options: ExpiringOptions;
  // In the order in which they were set.
  readonly #kept = new Map<string, Kept>();
  /** Keys that the store still has and nobody needs. */
  #gone: string[] = [];

  private constructor(records: RecordStore, options: ExpiringOptions) {
    this.#records = records;
    this.#options = options;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(records: RecordStore, options: ExpiringOptions, nowMs: number): Promise<ExpiringRecords> {
    const loaded = new ExpiringRecords(records, options);
    const rows: [string, Kept][] = [];
    for await (const { key, value } of allRecords(records, options.space)) {
      const kept = decode(value);
      if (kept === null || kept.untilMs <= nowMs) loaded.#gone.push(key);
      else rows.push([key, kept]);
    }
    rows.sort(([, a], [, b]) => a.untilMs - b.untilMs);
    for (const [key, kept] of rows) loaded.#put(key, kept);
    return loaded;
  }

  get(key: string, nowMs: number): { readonly value: number; readonly untilMs: number } | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.untilMs > nowMs ? kept : undefined;
  }

  /** Holds from now on, until a restart or `store`. */
  set(key: string, value: number, untilMs: number): void {
    this.#put(key, { value, untilMs, isStored: this.#kept.get(key)?.isStored ?? false });
  }

  /**
   * Makes what was set for these keys durable before it resolves.
   *
   * Errors: throws StoreFullError, StoreUnavailableError; it holds until a restart then.
   */
  async store(keys: readonly string[], nowMs: number): Promise<void> {
    this.#dropExpired(nowMs);
    const { space } = this.#options;
    const changes: RecordChange[] = [];
    const gone = this.#gone;
    this.#gone = [];
    for (const key of gone) changes.push({ space, key, value: null });
    const stored = keys.map((key) => this.#kept.get(key)).filter((kept) => kept !== undefined);
    for (const key of keys) {
      const kept = this.#kept.get(key);
      if (kept !== undefined) changes.push({ space, key, value: encode(kept) });
    }
    // Before it is known to be there: what is dropped meanwhile must be taken out after it.
    for (const kept of stored) kept.isStored = true;
    if (changes.length === 0) return;
    try {
      await this.#records.commitRecords(changes);
    } catch (error) {
      this.#gone.push(...gone);
      throw error;
    }
  }

  /**
   * Forgets a key. What was never stored costs no write.
   *
   * Errors: throws StoreFullError, StoreUnavailableError.
   */
  async forget(key: string, nowMs: number): Promise<void> {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#drop(key, kept);
    if (kept.isStored) await this.store([], nowMs);
  }

  #put(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size <= this.#options.countMax) return;
    const [oldest] = this.#kept;
    if (oldest !== undefined) this.#drop(...oldest);
  }

  #dropExpired(nowMs: number): void {
    for (const [key, kept] of this.#kept) if (kept.untilMs <= nowMs) this.#drop(key, kept);
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key);
    if (kept.isStored) this.#gone.push(key);
  }
}

function encode({ value, untilMs }: Kept): Uint8Array {
  const writer = new Writer();
  writer.uint(value);
  writer.uint(untilMs);
  return writer.finish();
}

/** Null for what another version wrote in another way: it is as good as expired. */
function decode(bytes: Uint8Array): Kept | null {
  try {
    const reader = new Reader(bytes);
    return { value: reader.uint(), untilMs: reader.uint(), isStored: true };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
