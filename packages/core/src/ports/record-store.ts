/** A small value that some part of the server keeps under a name. */
export interface StoredRecord {
  readonly key: string;
  readonly value: Uint8Array;
}

/** One value to keep, or with `value: null` to forget. */
export interface RecordChange {
  /** Whose records these are: one name per part of the server ("retained", "roster" …). */
  readonly space: string;
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface RecordRange {
  readonly space: string;
  /** Only keys that begin with this; empty for all. */
  readonly prefix: string;
  /** Exclusive; empty for the start. */
  readonly afterKey: string;
  readonly countMax: number;
}

/**
 * Durable values for everything that is no log: what a session subscribed to, a retained value, a contact. Each part of the
 * server has a space and an encoding of its own, so a new one needs no new table. Rules KR1–KR4 of the stores' SPEC.md.
 */
export interface RecordStore {
  /**
   * Reads records of one space in the order of their keys' UTF-8 bytes (KR2), those of every resolved commit included.
   *
   * Shape:  at most `countMax`; fewer means that there are no more.
   * Errors: throws StoreUnavailableError; an unknown space is empty.
   */
  readRecords(range: RecordRange): Promise<readonly StoredRecord[]>;

  /**
   * Makes the changes, all or none, in their order, durably before it resolves (KR1). Calls of one turn share a commit.
   *
   * Errors: throws StoreFullError, StoreUnavailableError; then nothing of it is stored.
   */
  commitRecords(changes: readonly RecordChange[]): Promise<void>;
}

const PAGE_RECORDS = 500;

/**
 * All records of a space whose keys begin with `prefix`, page by page.
 *
 * Errors: throws StoreUnavailableError.
 */
export async function* allRecords(
  records: RecordStore,
  space: string,
  prefix = '',
): AsyncGenerator<StoredRecord> {
  let afterKey = '';
  for (;;) {
    const page = await records.readRecords({ space, prefix, afterKey, countMax: PAGE_RECORDS });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_RECORDS) return;
    afterKey = last.key;
  }
}
