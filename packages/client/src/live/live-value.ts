import type { Live, Unsubscribe } from '../api/live.ts';
import type { Dispatcher } from './dispatcher.ts';

type Listener<T> = (value: T, previous: T) => void;

/** A value that is set from outside; setting the same one again tells nobody. */
export class LiveValue<T> implements Live<T> {
  readonly dispatcher: Dispatcher;
  readonly #listeners = new Set<{ readonly call: Listener<T> }>();
  #value: T;

  constructor(dispatcher: Dispatcher, value: T) {
    this.dispatcher = dispatcher;
    this.#value = value;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    const previous = this.#value;
    if (Object.is(previous, value)) return;
    this.#value = value;
    if (this.#listeners.size === 0) return;
    // [LV1] Everybody is told of this value before anybody is told of the next one.
    this.dispatcher.batch(() => {
      for (const listener of this.#listeners) {
        this.dispatcher.enqueue(() => this.#call(listener, value, previous));
      }
    });
  }

  subscribe(listener: Listener<T>): Unsubscribe {
    const own = { call: listener };
    // First, or computing it would tell the new listener twice.
    const value = this.get();
    this.#listeners.add(own);
    this.dispatcher.enqueue(() => this.#call(own, value, value));
    return () => {
      this.#listeners.delete(own);
    };
  }

  until(accepts: (value: T) => boolean, { signal }: { signal?: AbortSignal } = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      let stop: Unsubscribe | null = null;
      let isDone = false;
      const finish = (settle: () => void) => {
        if (isDone) return;
        isDone = true;
        stop?.();
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => finish(() => reject(signal?.reason as Error));
      signal?.addEventListener('abort', abort);
      if (signal?.aborted === true) abort();
      stop = this.subscribe((value) => {
        if (accepts(value)) finish(() => resolve(value));
      });
      // The value now may have been accepted, before there was something to stop.
      if (isDone) stop();
    });
  }

  map<U>(compute: (value: T) => U): Live<U> {
    return new MappedLive(this, compute);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    let wake = () => {};
    let isNew = true;
    const stop = this.subscribe(() => {
      isNew = true;
      wake();
    });
    try {
      for (;;) {
        // Who is slow gets the newest value, not every one.
        if (!isNew) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        isNew = false;
        yield this.get();
      }
    } finally {
      stop();
    }
  }

  #call(listener: { readonly call: Listener<T> }, value: T, previous: T): void {
    if (this.#listeners.has(listener)) listener.call(value, previous);
  }
}

/** Computed from another one, and only when that one changed. */
class MappedLive<T, U> extends LiveValue<U> {
  readonly #source: LiveValue<T>;
  readonly #compute: (value: T) => U;
  #input: T;
  #stop: Unsubscribe | null = null;
  #count = 0;

  constructor(source: LiveValue<T>, compute: (value: T) => U) {
    const input = source.get();
    super(source.dispatcher, compute(input));
    this.#source = source;
    this.#compute = compute;
    this.#input = input;
  }

  override get(): U {
    this.#update();
    return super.get();
  }

  override subscribe(listener: Listener<U>): Unsubscribe {
    this.#stop ??= this.#source.subscribe(() => this.#update());
    this.#count++;
    const stop = super.subscribe(listener);
    let isStopped = false;
    return () => {
      if (isStopped) return;
      isStopped = true;
      stop();
      this.#count--;
      if (this.#count > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  }

  #update(): void {
    const input = this.#source.get();
    if (Object.is(input, this.#input)) return;
    this.#input = input;
    this.set(this.#compute(input));
  }
}
