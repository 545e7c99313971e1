import type { SkeinError } from './skein-error.ts';

export type Unsubscribe = () => void;

/**
 * One value that changes. `get` and `subscribe` are what React's `useSyncExternalStore` and a Svelte store ask for.
 * Values are immutable; the same reference means the same content.
 */
export interface Live<T> {
  /** The value now; never waits. */
  get(): T;
  /** Calls `listener` at once with the value, then after every change, in order, until unsubscribed. */
  subscribe(listener: (value: T, previous: T) => void): Unsubscribe;
  /** Resolves with the first value, this one or a later one, that the predicate accepts. */
  until(accepts: (value: T) => boolean, options?: { readonly signal?: AbortSignal }): Promise<T>;
  /** A live value computed from this one; recomputed only when this one changed. */
  map<U>(compute: (value: T) => U): Live<U>;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

/**
 * How complete a list is: `cache` = what the device had stored, `syncing` = the server is being asked, `live` = complete and
 * kept so, `stale` = was complete, the connection is gone since.
 */
export type ListStatus = 'cache' | 'syncing' | 'live' | 'stale' | 'error';

export interface LiveList<T> extends Live<readonly T[]> {
  readonly status: ListStatus;
  readonly error: SkeinError | null;
  /** Forgets what only this list needed; using it again opens it again. */
  close(): void;
}
