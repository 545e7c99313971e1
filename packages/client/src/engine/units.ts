import type { Digest } from '@skein/model';
import { sameDigest } from '@skein/model';
import { CounterBook } from './outbox/counter-book.ts';
import type { SeqRange } from './ports/cache-store.ts';
import { addRange, type RangeSet } from './sync/range-set.ts';

/** Parts of the engine that a simulation replaces by broken ones, to prove that its checkers notice. */
export interface EngineUnits {
  readonly addRange: (set: RangeSet, range: SeqRange) => RangeSet;
  readonly sameDigest: (a: Digest, b: Digest) => boolean;
  readonly counters: () => CounterBook;
}

export const ENGINE_UNITS: EngineUnits = { addRange, sameDigest, counters: () => new CounterBook() };
