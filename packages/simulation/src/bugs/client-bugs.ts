import type { CacheStore } from '@skein/client';
import { addRange, CounterBook } from '@skein/client/testing';
import type { PlantedBug } from './planted-bug.ts';

/** A cache that differs from another in how it writes. */
function writing(
  inner: CacheStore,
  change: (batch: Parameters<CacheStore['apply']>[0]) => typeof batch,
): CacheStore {
  return {
    load: () => inner.load(),
    readEntries: (conversation, range) => inner.readEntries(conversation, range),
    readAmendments: (conversation, range) => inner.readAmendments(conversation, range),
    apply: (batch) => inner.apply(change(batch)),
    destroy: () => inner.destroy(),
    close: () => inner.close(),
  };
}

/** Mistakes in the SDK: what a device believes and what it writes down. */
export const CLIENT_BUGS: readonly PlantedBug[] = [
  {
    name: 'holds one entry more than it has',
    client: {
      units: {
        addRange: (set, range) => addRange(set, { from: range.from, to: (range.to + 1) as typeof range.to }),
      },
    },
  },
  {
    name: 'takes a gap for held',
    client: {
      units: {
        addRange: (set, range) => {
          const first = set[0];
          return addRange(set, { from: first === undefined ? range.from : first.from, to: range.to });
        },
      },
    },
  },
  {
    name: 'does not write its outbox down',
    client: { cache: (inner) => writing(inner, (batch) => ({ ...batch, outbox: [] })) },
  },
  {
    name: 'does not write its counters down',
    client: { cache: (inner) => writing(inner, (batch) => ({ ...batch, counters: [] })) },
  },
  {
    name: 'forgets the entries it wrote down as held',
    client: {
      cache: (inner) => writing(inner, (batch) => ({ ...batch, entries: batch.entries.slice(0, -1) })),
    },
  },
  {
    name: 'counts from one in every life',
    client: { units: { counters: () => new ForgetfulCounterBook() } },
  },
];

class ForgetfulCounterBook extends CounterBook {
  override load(_rows: Parameters<CounterBook['load']>[0], device: Parameters<CounterBook['load']>[1]): void {
    super.load([], device);
  }
}
