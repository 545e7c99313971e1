import { StoreFullError, StoreUnavailableError } from '@skein/core';
import type { Clock } from '@skein/model';
import type { SeededRandom } from '../seeded-random.ts';

/** How long the disk takes, drawn anew for each call. */
export interface DiskTimes {
  readonly writeMsMin: number;
  readonly writeMsMax: number;
  readonly readMsMin: number;
  readonly readMsMax: number;
}

export type DiskCondition = 'sound' | 'full' | 'broken';

type Apply = () => Promise<unknown>;

const QUICK: DiskTimes = { writeMsMin: 0, writeMsMax: 5, readMsMin: 0, readMsMax: 3 };

/**
 * The disk of a simulated process: writes take virtual time, fail while it is full or broken, and those that had not
 * been answered when the process died are lost or durable, as the seed decides. A write is never half there, as under a
 * transaction.
 *
 * One disk belongs to one life of a process. Once it is dead it answers nothing; the next life gets a new disk over the
 * same data.
 */
export class FaultyDisk {
  condition: DiskCondition = 'sound';
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #times: DiskTimes;
  /** Oldest first. */
  readonly #pending: Apply[] = [];
  #lastDueAtMs = 0;
  #isDead = false;

  constructor(clock: Clock, random: SeededRandom, times: DiskTimes = QUICK) {
    this.#clock = clock;
    this.#random = random;
    this.#times = times;
  }

  /** Writes under way. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Applies and answers when its time has come; writes are applied in the order they were asked for. */
  write<T>(apply: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.push(apply);
      this.#setTimer(this.#dueOfWrite(), () => {
        this.#pending.shift();
        const failure = this.#failureOfWrite();
        if (failure !== null) reject(failure);
        else apply().then(resolve, reject);
      });
    });
  }

  read<T>(answer: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const { readMsMin, readMsMax } = this.#times;
      this.#setTimer(this.#clock.monotonicMs() + this.#draw(readMsMin, readMsMax), () => {
        if (this.condition === 'broken') reject(brokenDisk());
        else answer().then(resolve, reject);
      });
    });
  }

  /** The process is killed: its calls stay unanswered for ever; of the pending writes a prefix became durable. */
  async die(): Promise<void> {
    if (this.#isDead) return;
    this.#isDead = true;
    const pending = this.#pending.splice(0);
    if (this.condition !== 'sound') return;
    const durable = pending.slice(0, this.#random.int(pending.length + 1));
    for (const apply of durable) await apply();
  }

  #failureOfWrite(): Error | null {
    if (this.condition === 'full') return new StoreFullError('the simulated disk is full');
    return this.condition === 'broken' ? brokenDisk() : null;
  }

  #dueOfWrite(): number {
    const { writeMsMin, writeMsMax } = this.#times;
    const due = this.#clock.monotonicMs() + this.#draw(writeMsMin, writeMsMax);
    this.#lastDueAtMs = Math.max(this.#lastDueAtMs, due);
    return this.#lastDueAtMs;
  }

  #draw(min: number, max: number): number {
    return min + this.#random.fraction() * (max - min);
  }

  #setTimer(dueAtMs: number, fire: () => void): void {
    this.#clock.setTimer(dueAtMs - this.#clock.monotonicMs(), () => {
      if (!this.#isDead) fire();
    });
  }
}

function brokenDisk(): StoreUnavailableError {
  return new StoreUnavailableError('the simulated disk is broken');
}
