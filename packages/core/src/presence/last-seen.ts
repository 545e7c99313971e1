import { type UserNumber, userNumber } from '@skein/model';
import { ProtocolError, Reader, Writer } from '@skein/protocol';
import { allRecords, type RecordStore } from '../ports/record-store.ts';
import { StoreUnavailableError } from '../ports/store.ts';

const SPACE = 'last-seen';
/** Written in one commit: a storm of leavers must not hold up what waits behind it. */
const USERS_PER_COMMIT = 1_000;

/**
 * [PR6] When users were last here: in memory at once, in the store once in a while and at the end. What a crash takes
 * with it is a time that is a little too early.
 */
export class LastSeen {
  readonly #records: RecordStore;
  readonly #atMs = new Map<UserNumber, number>();
  readonly #unsaved = new Set<UserNumber>();
  #isSaving = false;

  private constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Errors: throws StoreUnavailableError. */
  static async load(records: RecordStore): Promise<LastSeen> {
    const loaded = new LastSeen(records);
    for await (const { key, value } of allRecords(records, SPACE)) {
      const atMs = decode(value);
      if (atMs !== null) loaded.#atMs.set(userNumber(Number(key)), atMs);
    }
    return loaded;
  }

  /** 0 of whom nobody knows. */
  of(user: UserNumber): number {
    return this.#atMs.get(user) ?? 0;
  }

  note(user: UserNumber, atMs: number): void {
    this.#atMs.set(user, atMs);
    this.#unsaved.add(user);
  }

  /**
   * Stores what is not stored yet. Where the store cannot take it, the next call tries again.
   *
   * Errors: none but bugs.
   */
  async save(): Promise<void> {
    if (this.#isSaving) return;
    this.#isSaving = true;
    try {
      while (this.#unsaved.size > 0) await this.#saveSome();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    } finally {
      this.#isSaving = false;
    }
  }

  async #saveSome(): Promise<void> {
    const users = [...this.#unsaved].slice(0, USERS_PER_COMMIT);
    // Before the commit: who leaves meanwhile is written once more.
    for (const user of users) this.#unsaved.delete(user);
    try {
      await this.#records.commitRecords(
        users.map((user) => ({ space: SPACE, key: String(user), value: encode(this.of(user)) })),
      );
    } catch (error) {
      for (const user of users) this.#unsaved.add(user);
      throw error;
    }
  }
}

function encode(atMs: number): Uint8Array {
  const writer = new Writer();
  writer.uint(atMs);
  return writer.finish();
}

/** Null for what another version wrote in another way. */
function decode(bytes: Uint8Array): number | null {
  try {
    return new Reader(bytes).uint();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
