import type { SentKeyRow, Store } from '@skein/core';
import { seq, userNumber } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, entries } from '../../builders/rows.ts';
import { FIRST, SECOND } from './store-reads.ts';
import type { StoreTest } from './store-test.ts';

/** What was sent under a name is found by it (rule ST11). */
export function describeSentKeys(test: StoreTest): void {
  describe('sent keys', () => {
    const key = (of: string, at: number): SentKeyRow => ({
      conversation: FIRST,
      user: userNumber(1),
      key: of,
      seq: seq(at),
      ordinal: at,
      timeMs: 1_000 * at,
      hash: 0xffff_ffff - at,
    });

    it(
      '[ST11] are found once their batch is committed, and after a restart',
      test(async (data) => {
        const rows = [key('a', 1), key('b/鸿雁', 2)];
        await data.store.commit(batch({ entries: entries(1, 1, 2, 1), sentKeys: rows }));
        const found = (store: Store, of: string) => store.findSentKey(FIRST, userNumber(1), of);
        expect(await found(data.store, 'a')).toEqual(rows[0]);
        const { store } = await data.reopen();
        expect(await found(store, 'b/鸿雁')).toEqual(rows[1]);
        expect(await found(store, 'c')).toBeNull();
        expect(await store.findSentKey(SECOND, userNumber(1), 'a')).toBeNull();
        expect(await store.findSentKey(FIRST, userNumber(2), 'a')).toBeNull();
      }),
    );

    it(
      '[ST11] are listed oldest first, the newest of them when there are more',
      test(async ({ store }) => {
        const rows = [key('z', 1), key('b', 2), key('a', 3)];
        await store.commit(batch({ entries: entries(1, 1, 3, 1), sentKeys: rows }));
        expect(await store.loadSentKeys(9)).toEqual(rows);
        expect(await store.loadSentKeys(2)).toEqual(rows.slice(1));
      }),
    );

    it(
      '[ST11] are forgotten when their entry is older than asked',
      test(async ({ store }) => {
        const rows = [key('a', 1), key('b', 2)];
        await store.commit(batch({ entries: entries(1, 1, 2, 1), sentKeys: rows }));
        await store.forgetSentKeys(2_000);
        expect(await store.loadSentKeys(9)).toEqual(rows.slice(1));
        expect(await store.findSentKey(FIRST, userNumber(1), 'a')).toBeNull();
      }),
    );
  });
}
