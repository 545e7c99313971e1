import { assert, type Random } from '@skein/model';

const TWO_32 = 0x1_0000_0000;
// Outputs thrown away at first, as the author of the generator does, until a poor seed is well mixed.
const WARM_UP_STEPS = 12;

/**
 * Randomness that a seed repeats. The generator is sfc32 (small fast counting, Chris Doty-Humphrey, PractRand): 128 bits
 * of state, a period of at least 2^32, a few instructions per number.
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / TWO_32) | 0;
    this.#c = 0x5eed_1e55 | 0;
    for (let step = 0; step < WARM_UP_STEPS; step++) this.word();
  }

  /** Any of the 2^32 words, equally likely. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  fraction(): number {
    return this.word() / TWO_32;
  }

  /** A whole number in [0, below). */
  int(below: number): number {
    assert(Number.isInteger(below) && below > 0, 'there is a number to draw');
    return Math.floor(this.fraction() * below);
  }

  /** A whole number in [from, to], both included. */
  between(from: number, to: number): number {
    return from + this.int(to - from + 1);
  }

  /** True in this share of the calls. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'there is something to pick from');
    return items[this.int(items.length)] as T;
  }

  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.int(last + 1);
      const item = shuffled[last] as T;
      shuffled[last] = shuffled[other] as T;
      shuffled[other] = item;
    }
    return shuffled;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.word() >>> 24);
  }

  /** A generator of its own: what one part of a test draws then leaves the others' numbers as they were. */
  fork(): SeededRandom {
    return new SeededRandom(this.word() * 0x20_0000 + (this.word() >>> 11));
  }
}
