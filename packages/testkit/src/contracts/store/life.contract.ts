import { StoreUnavailableError } from '@skein/core';
import { parseUserId, position, seq, type UserId, userNumber } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, entries } from '../../builders/rows.ts';
import { all, amendmentSeqs, FIRST, tailOf } from './store-reads.ts';
import type { StoreTest } from './store-test.ts';

/** From new data to a closed store (rule ST9). */
export function describeLife(test: StoreTest): void {
  describe('opening and closing', () => {
    it(
      '[ST9] new data is empty and has an epoch, which a restart does not change',
      test(async (data) => {
        expect(data.store.epoch).toMatch(/^[\w-]{16,32}$/);
        const state = await data.store.load();
        expect(state).toMatchObject({
          users: [],
          conversations: [],
          members: [],
          position: 0,
          checkpointPosition: 0,
          checkpoints: [],
          refusals: [],
        });
        expect(await tailOf(state)).toEqual([]);
        const again = await data.reopen();
        expect(again.store.epoch).toBe(data.store.epoch);
      }),
    );

    it(
      '[ST9] load answers the users of the directory and the position of the last batch',
      test(async (data) => {
        const id = parseUserId('rosalind') as UserId;
        await data.directory.createUser({
          id,
          name: 'Rosalind',
          passwordHash: null,
          scram: null,
          createdAtMs: 1,
        });
        await data.store.commit(batch({ entries: entries(1, 1, 3, 1) }));
        await data.store.commit(batch({ position: position(9) }));
        const { store } = await data.reopen();
        expect(await store.load()).toMatchObject({
          users: [{ number: 1, id: 'rosalind', name: 'Rosalind' }],
          position: 9,
        });
      }),
    );

    it(
      '[ST9] finishes a commit under way before it closes',
      test(async (data) => {
        const committed = data.store.commit(batch({ entries: entries(1, 1, 50, 1) }));
        const again = await data.reopen();
        await committed;
        expect(await all(again.store, 1)).toHaveLength(50);
      }),
    );

    it(
      '[ST9] refuses every call once closed, and closing again does nothing',
      test(async ({ store }) => {
        await store.close();
        await store.close();
        const calls = [
          () => store.load(),
          () => store.commit(batch({ entries: entries(1, 1, 1, 1) })),
          () => all(store, 1),
          () => amendmentSeqs(store, { from: 1, to: 9, targetFrom: 1, targetTo: 9 }),
          () => store.countOwn(FIRST, userNumber(1), seq(0), seq(9)),
          () => store.checkpoint(position(1), []),
        ];
        for (const call of calls) await expect(call()).rejects.toBeInstanceOf(StoreUnavailableError);
      }),
    );
  });
}
