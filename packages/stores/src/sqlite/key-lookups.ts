import type { SentKeyRow } from '@skein/core';
import type { SentKeyPlace } from './worker-calls.ts';

interface Asked {
  readonly resolve: (row: SentKeyRow | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks for the keys of one turn of the event loop together. On a server that has seen more sends than memory holds every
 * send with a key asks, and passing a question to another thread and back costs several times what the answer does.
 */
export class KeyLookups {
  readonly #find: (places: readonly SentKeyPlace[]) => Promise<readonly (SentKeyRow | null)[]>;
  #places: SentKeyPlace[] = [];
  #asked: Asked[] = [];

  constructor(find: (places: readonly SentKeyPlace[]) => Promise<readonly (SentKeyRow | null)[]>) {
    this.#find = find;
  }

  /** Errors: rejects as `find` does. */
  find(place: SentKeyPlace): Promise<SentKeyRow | null> {
    return new Promise((resolve, reject) => {
      if (this.#places.length === 0) setImmediate(() => this.#ask());
      this.#places.push(place);
      this.#asked.push({ resolve, reject });
    });
  }

  #ask(): void {
    const [places, asked] = [this.#places, this.#asked];
    this.#places = [];
    this.#asked = [];
    this.#find(places).then(
      (rows) => {
        for (const [at, { resolve }] of asked.entries()) resolve(rows[at] ?? null);
      },
      (error: unknown) => {
        for (const { reject } of asked) reject(error);
      },
    );
  }
}
