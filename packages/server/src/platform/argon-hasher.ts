import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { HasherBusyError, type PasswordHasher } from '@skein/core';

// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. (Argon2id is the package's default.)
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// The thread pool has four threads, which files and names need too.
const CONCURRENT_MAX = 3;

// A guess until the first hash was measured.
const FIRST_GUESS_MS = 30;

export interface ArgonHasherOptions {
  readonly queuedMax: number;
  readonly concurrentMax?: number;
}

/** [OP10] Argon2id off the event loop, so many at a time and so many waiting; more is shed at once instead of answered late. */
export class ArgonHasher implements PasswordHasher {
  readonly #queuedMax: number;
  readonly #concurrentMax: number;
  readonly #waiting: (() => void)[] = [];
  #runningCount = 0;
  #typicalMs = FIRST_GUESS_MS;
  // Of a password nobody has; made when the first unknown name comes.
  #decoy: Promise<string> | null = null;

  constructor(options: ArgonHasherOptions) {
    this.#queuedMax = options.queuedMax;
    this.#concurrentMax = options.concurrentMax ?? Math.min(CONCURRENT_MAX, availableParallelism());
  }

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, COST));
  }

  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    const stored = passwordHash ?? (await this.#decoyHash());
    const matches = await this.#inTurn(() => verify(stored, password));
    return passwordHash !== null && matches;
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hash('a password nobody has', COST);
    return this.#decoy;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#runningCount >= this.#concurrentMax) await this.#turn();
    else this.#runningCount += 1;
    const startedAtMs = performance.now();
    try {
      return await work();
    } finally {
      this.#typicalMs = 0.9 * this.#typicalMs + 0.1 * (performance.now() - startedAtMs);
      this.#passOn();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#queuedMax) throw new HasherBusyError(this.#waitMs());
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** The next one takes over this one's place, so `#runningCount` stays. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#runningCount -= 1;
    else next();
  }

  #waitMs(): number {
    return Math.ceil((this.#waiting.length * this.#typicalMs) / this.#concurrentMax);
  }
}
