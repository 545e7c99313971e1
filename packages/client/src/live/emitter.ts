import type { Unsubscribe } from '../api/live.ts';
import type { Dispatcher } from './dispatcher.ts';

/** Events that a slow reader may leave unread; then the oldest are dropped. */
const BACKLOG_MAX = 10_000;

/** Tells events to whoever listens to their type, in the order they happened. */
export class Emitter<Events> {
  readonly #dispatcher: Dispatcher;
  readonly #listeners = new Map<keyof Events, Set<{ readonly call: (event: never) => void }>>();

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  has(type: keyof Events): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  on<K extends keyof Events>(type: K, listener: (event: Events[K]) => void): Unsubscribe {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    const own = { call: listener };
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const listeners = this.#listeners.get(type);
    if (listeners === undefined) return;
    this.#dispatcher.batch(() => {
      for (const listener of listeners) {
        this.#dispatcher.enqueue(() => {
          // [LV1] Removed while the event waited: not called any more.
          if (listeners.has(listener)) listener.call(event as never);
        });
      }
    });
  }

  async *iterate<K extends keyof Events>(types: readonly K[]): AsyncGenerator<Events[K], void, void> {
    const backlog: Events[K][] = [];
    let wake = () => {};
    const stops = types.map((type) =>
      this.on(type, (event) => {
        backlog.push(event);
        if (backlog.length > BACKLOG_MAX) backlog.shift();
        wake();
      }),
    );
    try {
      for (;;) {
        const event = backlog.shift();
        if (event !== undefined) yield event;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      for (const stop of stops) stop();
    }
  }
}
