import { position } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, entries, refusalRow } from '../../builders/rows.ts';
import { FIRST, MANY, SECOND, sorted, tailOf } from './store-reads.ts';
import type { StoreTest } from './store-test.ts';

/** What the core derived comes back with all that is newer (rules ST7, ST10). */
export function describeCheckpoints(test: StoreTest): void {
  describe('checkpoint', () => {
    it(
      '[ST7] is given back with the entries after it, in position order over all conversations',
      test(async (data) => {
        const old = entries(1, 1, 3, 1);
        const recent = [...entries(1, 4, 5, 4), ...entries(2, 1, 2, 6), ...entries(1, 6, 6, 8)];
        await data.store.commit(batch({ entries: old }));
        await data.store.commit(batch({ entries: recent }));
        await data.store.checkpoint(position(3), [{ conversation: FIRST, state: new Uint8Array([1, 2]) }]);

        const { store } = await data.reopen();
        const state = await store.load();
        expect(state.checkpointPosition).toBe(3);
        expect(state.checkpoints).toEqual([{ conversation: FIRST, state: new Uint8Array([1, 2]) }]);
        expect(await tailOf(state)).toEqual(recent);
      }),
    );

    it(
      '[ST7] replaces the state of the conversations it names and keeps the others',
      test(async (data) => {
        await data.store.commit(batch({ entries: [...entries(1, 1, 1, 1), ...entries(2, 1, 1, 2)] }));
        const blob = (byte: number) => new Uint8Array([byte]);
        await data.store.checkpoint(position(1), [
          { conversation: FIRST, state: blob(1) },
          { conversation: SECOND, state: blob(2) },
        ]);
        await data.store.checkpoint(position(2), [{ conversation: SECOND, state: blob(3) }]);

        const { store } = await data.reopen();
        const state = await store.load();
        expect(state.checkpointPosition).toBe(2);
        expect(sorted(state.checkpoints)).toEqual(
          sorted([
            { conversation: FIRST, state: blob(1) },
            { conversation: SECOND, state: blob(3) },
          ]),
        );
        expect(await tailOf(state)).toEqual([]);
      }),
    );

    it(
      '[ST10] forgets the refusals up to it, and no later one',
      test(async (data) => {
        const refused = (at: number) => refusalRow({ counter: at, position: position(at) });
        await data.store.commit(batch({ refusals: [refused(1), refused(2)] }));
        await data.store.commit(batch({ refusals: [refused(3)] }));
        await data.store.checkpoint(position(0), [{ conversation: FIRST, state: new Uint8Array([1]) }]);
        await data.store.checkpoint(position(2), [{ conversation: FIRST, state: new Uint8Array([2]) }]);
        const again = await data.reopen();
        expect((await again.store.load()).refusals).toEqual([refused(3)]);
        await again.store.checkpoint(position(3), []);
        expect((await (await again.reopen()).store.load()).refusals).toEqual([]);
      }),
    );

    it(
      '[ST7] is optional: without one, every entry is given back',
      test(async (data) => {
        const log = entries(1, 1, MANY, 1);
        await data.store.commit(batch({ entries: log }));
        const { store } = await data.reopen();
        const state = await store.load();
        expect(state).toMatchObject({ checkpointPosition: 0, checkpoints: [] });
        expect((await tailOf(state)).map((each) => each.seq)).toEqual(log.map((each) => each.seq));
      }),
    );
  });
}
