import type { CacheStore, OutboxRow } from '../engine/ports/cache-store.ts';
import type { WindowPlace } from './seat.ts';

/**
 * The outbox in the store, where the windows meet [WN3]: one that follows adds its sends there, and whoever leads finds them,
 * whatever became of the message that told of them.
 */
export class SharedOutbox {
  readonly #place: WindowPlace;
  #database: Promise<IDBDatabase> | null = null;

  constructor(place: WindowPlace) {
    this.#place = place;
  }

  /** Resolves when it survives a crash. Errors: rejects when there is no room, or its place is taken. */
  async add(row: OutboxRow): Promise<void> {
    const transaction = (await this.#open()).transaction('outbox', 'readwrite', { durability: 'strict' });
    transaction.objectStore('outbox').add(row);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error as DOMException);
    });
  }

  /** Errors: rejects when the storage cannot be read. */
  async rows(): Promise<readonly OutboxRow[]> {
    const transaction = (await this.#open()).transaction('outbox', 'readonly');
    const request = transaction.objectStore('outbox').getAll() as IDBRequest<OutboxRow[]>;
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error as DOMException);
    });
  }

  /** The same store, to read from. */
  async reader(): Promise<CacheStore> {
    const { IndexedDbCache, openUserDatabase, name } = this.#place;
    return new IndexedDbCache(await openUserDatabase(name), '');
  }

  close(): void {
    this.#database?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= this.#place.openUserDatabase(this.#place.name);
    return this.#database;
  }
}
