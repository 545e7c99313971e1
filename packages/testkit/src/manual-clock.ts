import type { Clock, Timer } from '@skein/model';

interface PendingTimer {
  readonly dueAtMs: number;
  /** Order of setting: timers due together fire in it. */
  readonly order: number;
  readonly fire: () => void;
  isCancelled: boolean;
}

/** Any moment will do as long as it is the same in every run. */
const WALL_START_MS = 1_700_000_000_000;

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #settled: () => Promise<void>;
  #elapsedMs = 0;
  #wallOffsetMs: number;
  #timersSet = 0;
  // Sorted, the next one to fire last, so that taking it is a pop.
  readonly #pending: PendingTimer[] = [];

  constructor(wallStartMs: number = WALL_START_MS, settled: () => Promise<void> = settle) {
    this.#wallOffsetMs = wallStartMs;
    this.#settled = settled;
  }

  nowMs(): number {
    return this.#wallOffsetMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const timer: PendingTimer = {
      dueAtMs: this.#elapsedMs + Math.max(0, delayMs),
      order: this.#timersSet++,
      fire,
      isCancelled: false,
    };
    this.#pending.splice(this.#placeOf(timer), 0, timer);
    return {
      cancel: () => {
        timer.isCancelled = true;
      },
    };
  }

  /** How many timers wait; a leak shows here. */
  get pendingCount(): number {
    return this.#pending.reduce((count, timer) => count + (timer.isCancelled ? 0 : 1), 0);
  }

  /** Time to the next timer, or null when none waits. */
  get nextTimerInMs(): number | null {
    this.#dropCancelled();
    const next = this.#pending.at(-1);
    return next === undefined ? null : Math.max(0, next.dueAtMs - this.#elapsedMs);
  }

  /** Moves time and fires what becomes due, in order, each at its own moment. */
  advance(byMs: number): void {
    const untilMs = this.#elapsedMs + byMs;
    while (this.#fireNext(untilMs)) {
      // Each timer may set others that are due within the same span.
    }
    this.#elapsedMs = untilMs;
  }

  /** The same, letting promises settle before the first timer and after each; stays where `isOver` first says so. */
  async advanceSettled(byMs: number, isOver: () => boolean = () => false): Promise<void> {
    const untilMs = this.#elapsedMs + byMs;
    await this.#settled();
    while (!isOver()) {
      if (!this.#fireNext(untilMs)) {
        this.#elapsedMs = untilMs;
        return;
      }
      await this.#settled();
    }
  }

  /** Moves the wall clock alone, as an administrator or a bad time server does. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  #fireNext(untilMs: number): boolean {
    this.#dropCancelled();
    const next = this.#pending.at(-1);
    if (next === undefined || next.dueAtMs > untilMs) return false;
    this.#pending.pop();
    this.#elapsedMs = Math.max(this.#elapsedMs, next.dueAtMs);
    next.fire();
    return true;
  }

  #dropCancelled(): void {
    while (this.#pending.at(-1)?.isCancelled === true) this.#pending.pop();
  }

  #placeOf(timer: PendingTimer): number {
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (firesAfter(this.#pending[middle] as PendingTimer, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firesAfter(a: PendingTimer, b: PendingTimer): boolean {
  return a.dueAtMs > b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order > b.order);
}

/** Lets everything that waits only for promises run to its end. */
export function settle(): Promise<void> {
  // The check phase comes after the microtask queue ran dry, however long its chain.
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * The same without a turn of the event loop, for less: a tick that a microtask asks for comes once no microtask is left. Only
 * where nothing but promises is waited for; a fake IndexedDB, say, needs the turns.
 */
export function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    queueMicrotask(() => process.nextTick(resolve));
  });
}
