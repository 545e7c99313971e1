import { StoreFullError, StoreUnavailableError } from '@skein/core';
import { conversationId, seq } from '@skein/model';
import { batch, entries, FaultyDisk, FaultyStore, ManualClock, SeededRandom } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { MemoryData } from './memory-data.ts';
import { MemoryStore } from './memory-store.ts';

const TIMES = { writeMsMin: 5, writeMsMax: 5, readMsMin: 1, readMsMax: 1 };

describe('a store on a faulty disk', () => {
  it('answers a commit when its time has come', async () => {
    const { clock, store, data } = start();
    let isStored = false;
    const stored = store.commit(batch({ entries: entries(1, 1, 1, 1) })).then(() => {
      isStored = true;
    });
    await clock.advanceSettled(4);
    expect([isStored, data.position]).toEqual([false, 0]);
    await clock.advanceSettled(1);
    await stored;
    expect(data.position).toBe(1);
  });

  it('[ST2] refuses while it is full, keeps nothing, and resumes', async () => {
    const { clock, store, disk, data } = start();
    disk.condition = 'full';
    const outcome = store.commit(batch({ entries: entries(1, 1, 1, 1) })).catch((error: unknown) => error);
    await clock.advanceSettled(5);
    expect(await outcome).toBeInstanceOf(StoreFullError);
    expect(data.position).toBe(0);

    disk.condition = 'sound';
    const stored = store.commit(batch({ entries: entries(1, 1, 1, 1) }));
    await clock.advanceSettled(5);
    await stored;
    expect(data.position).toBe(1);
  });

  it('fails reads while it is broken', async () => {
    const { clock, store, disk } = start();
    disk.condition = 'broken';
    const outcome = read(store).catch((error: unknown) => error);
    await clock.advanceSettled(5);
    expect(await outcome).toBeInstanceOf(StoreUnavailableError);
  });

  it('at death loses what was pending or keeps it, as the seed decides, and never answers', async () => {
    const survived = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const { clock, store, disk, data } = start(seed);
      let answers = 0;
      for (const at of [1, 2]) {
        void store.commit(batch({ entries: entries(1, at, at, at) })).finally(() => answers++);
      }
      void read(store).finally(() => answers++);
      await disk.die();
      await clock.advanceSettled(100);
      survived.add(data.logs.get(conversationId(1))?.length ?? 0);
      expect([answers, disk.pendingCount]).toEqual([0, 0]);
    }
    expect(survived).toEqual(new Set([0, 1, 2]));
  });

  it('can be made to acknowledge too early, which loses acknowledged entries', async () => {
    const losses = new Set<boolean>();
    for (let seed = 0; seed < 20; seed++) {
      const { store, disk, data } = start(seed);
      store.acknowledgesEarly = true;
      await store.commit(batch({ entries: entries(1, 1, 1, 1) }));
      await disk.die();
      losses.add(data.position === 0);
    }
    expect(losses.has(true)).toBe(true);
  });
});

function start(seed = 1) {
  const clock = new ManualClock();
  const data = new MemoryData();
  const disk = new FaultyDisk(clock, new SeededRandom(seed), TIMES);
  return { clock, data, disk, store: new FaultyStore(new MemoryStore(data), disk) };
}

function read(store: FaultyStore) {
  return store.readEntries({
    conversation: conversationId(1),
    fromSeq: seq(1),
    toSeq: seq(9),
    countMax: 9,
    isNewest: false,
  });
}
