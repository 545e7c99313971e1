import type { ListStatus, LiveList, Unsubscribe } from '../api/live.ts';
import type { SkeinError } from '../api/skein-error.ts';
import type { Dispatcher } from './dispatcher.ts';
import { LiveValue } from './live-value.ts';

export interface ComputedOptions<T> {
  readonly compute: () => T;
  /** True: the old value stands for the new one too, and nobody is told. */
  readonly isSame: (a: T, b: T) => boolean;
  /** Called once, before the first look at the value. */
  readonly opened?: () => void;
}

/** A value computed from the engine's state when somebody looks, and again after that state was touched. */
export class ComputedLive<T> extends LiveValue<T> {
  readonly #options: ComputedOptions<T>;
  #isDirty = true;
  #isOpen = false;
  #hasValue = false;

  constructor(dispatcher: Dispatcher, options: ComputedOptions<T>) {
    // Nobody sees it: the first look computes the value.
    super(dispatcher, undefined as T);
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  override get(): T {
    this.#open();
    if (this.#isDirty) {
      this.#isDirty = false;
      const value = this.#options.compute();
      if (!this.#hasValue || !this.#options.isSame(super.get(), value)) this.set(value);
      this.#hasValue = true;
    }
    return super.get();
  }

  override subscribe(listener: (value: T, previous: T) => void): Unsubscribe {
    this.#open();
    return super.subscribe(listener);
  }

  /** What it is computed from changed; listeners hear of it when the work in progress is done. */
  touch(): void {
    if (!this.#isOpen || this.#isDirty) return;
    this.#isDirty = true;
    if (this.hasListeners) this.dispatcher.enqueue(() => void this.get());
  }

  /** Next use opens it again. */
  shut(): void {
    this.#isOpen = false;
    this.#isDirty = true;
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#options.opened?.();
  }
}

export interface ListOptions<T> {
  readonly compute: () => readonly T[];
  readonly status: () => ListStatus;
  readonly opened?: () => void;
  readonly closed?: () => void;
}

/** A computed list; the same elements in the same order are the same list. */
export class ComputedList<T> extends ComputedLive<readonly T[]> implements LiveList<T> {
  readonly #list: ListOptions<T>;
  error: SkeinError | null = null;

  constructor(dispatcher: Dispatcher, list: ListOptions<T>) {
    super(dispatcher, { ...list, isSame: hasSameElements });
    this.#list = list;
  }

  get status(): ListStatus {
    return this.error === null ? this.#list.status() : 'error';
  }

  close(): void {
    if (!this.isOpen) return;
    this.shut();
    this.#list.closed?.();
  }
}

export function hasSameElements<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** Equal in every property, one level deep. */
export function hasSameProperties<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(b) as (keyof T)[];
  return keys.length === Object.keys(a).length && keys.every((key) => Object.is(a[key], b[key]));
}
