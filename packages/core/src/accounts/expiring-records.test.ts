import { FakeRecordStore } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../ports/store.ts';
import { ExpiringRecords } from './expiring-records.ts';

const OPTIONS = { space: 'a', countMax: 2 };

describe('records that expire', () => {
  it('[AC5] are as few in the store as in memory: the oldest goes first', async () => {
    const { store, kept } = await open();
    for (const key of ['1', '2', '3']) {
      kept.set(key, 7, 100);
      await kept.store([key], 0);
    }
    expect([...(store.spaces.get('a')?.keys() ?? [])]).toEqual(['2', '3']);
    expect([kept.get('1', 0), kept.get('3', 0)]).toMatchObject([undefined, { value: 7, untilMs: 100 }]);
  });

  it('[AC5] leave the store with the next write, and at the next start', async () => {
    const { store, kept } = await open();
    kept.set('short', 1, 10);
    kept.set('long', 2, 100);
    await kept.store(['short', 'long'], 0);
    const again = await ExpiringRecords.load(store, OPTIONS, 20);
    expect([again.get('short', 20), again.get('long', 20)?.value]).toEqual([undefined, 2]);
    await again.store([], 20);
    expect([...(store.spaces.get('a')?.keys() ?? [])]).toEqual(['long']);
    await again.store([], 100);
    expect(store.spaces.get('a')?.size).toBe(0);
  });

  it('[AC5] that the store could not let go are let go of later', async () => {
    const { store, kept } = await open();
    kept.set('1', 1, 100);
    await kept.store(['1'], 0);
    store.before = () => {
      throw new StoreUnavailableError('asked to fail');
    };
    await expect(kept.forget('1', 0)).rejects.toThrow('asked to fail');
    store.before = () => undefined;
    await kept.store([], 0);
    expect(store.spaces.get('a')?.size).toBe(0);
  });

  it('[AC5] of an encoding that nobody knows are as good as expired', async () => {
    const { store } = await open();
    await store.commitRecords([{ space: 'a', key: '1', value: Uint8Array.of(0xff) }]);
    const kept = await ExpiringRecords.load(store, OPTIONS, 0);
    expect(kept.get('1', 0)).toBeUndefined();
  });
});

async function open(): Promise<{ store: FakeRecordStore; kept: ExpiringRecords }> {
  const store = new FakeRecordStore();
  return { store, kept: await ExpiringRecords.load(store, OPTIONS, 0) };
}
