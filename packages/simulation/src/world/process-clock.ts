import type { Clock, Timer } from '@skein/model';

/**
 * Time as one life of a simulated process sees it: the world's, with a wall clock of its own that may be wrong and may
 * jump. After `die` nothing fires any more, as in a killed process.
 */
export class ProcessClock implements Clock {
  readonly #world: Clock;
  #wallSkewMs: number;
  #isDead = false;
  #timerCount = 0;

  constructor(world: Clock, wallSkewMs: number) {
    this.#world = world;
    this.#wallSkewMs = wallSkewMs;
  }

  /** Timers that wait; what a leak shows in. */
  get timerCount(): number {
    return this.#timerCount;
  }

  nowMs(): number {
    return Math.floor(this.#world.nowMs()) + this.#wallSkewMs;
  }

  monotonicMs(): number {
    return this.#world.monotonicMs();
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    let isPending = true;
    this.#timerCount++;
    const end = (): boolean => {
      if (!isPending) return false;
      isPending = false;
      this.#timerCount--;
      return true;
    };
    const timer = this.#world.setTimer(delayMs, () => {
      if (end() && !this.#isDead) fire();
    });
    return {
      cancel: () => {
        if (end()) timer.cancel();
      },
    };
  }

  jumpWall(byMs: number): void {
    this.#wallSkewMs += byMs;
  }

  die(): void {
    this.#isDead = true;
  }
}
