import type { CommitBatch, Store } from '@skein/core';

export interface CommitObserver {
  committed(batch: CommitBatch, tookMs: number): void;
}

/** The same store, with every commit measured from hand-over to durable: what an operator calls fsync latency. */
export function measureCommits(store: Store, observer: CommitObserver): Store {
  return {
    epoch: store.epoch,
    durability: store.durability,
    load: () => store.load(),
    async commit(batch) {
      const startedAtMs = performance.now();
      await store.commit(batch);
      observer.committed(batch, performance.now() - startedAtMs);
    },
    readEntries: (range) => store.readEntries(range),
    readAmendments: (range) => store.readAmendments(range),
    countOwn: (conversation, user, afterSeq, toSeq) => store.countOwn(conversation, user, afterSeq, toSeq),
    findSentKey: (conversation, user, key) => store.findSentKey(conversation, user, key),
    loadSentKeys: (countMax) => store.loadSentKeys(countMax),
    forgetSentKeys: (beforeMs) => store.forgetSentKeys(beforeMs),
    checkpoint: (position, conversations) => store.checkpoint(position, conversations),
    close: () => store.close(),
  };
}
