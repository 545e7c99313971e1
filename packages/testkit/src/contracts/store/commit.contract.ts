import { deviceNumber, ENTRY_KIND, position, refuse, seq, userNumber } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, conversationRow, entries, entry, memberRow, refusalRow } from '../../builders/rows.ts';
import { all, SECOND, seqsOf, sorted } from './store-reads.ts';
import type { StoreTest } from './store-test.ts';

/** A batch is stored whole and durably, or not at all (rules ST1–ST3). */
export function describeCommits(test: StoreTest): void {
  describe('commit', () => {
    it(
      '[ST1] keeps a resolved batch over a restart, every field of it',
      test(async (data) => {
        const written = entry({
          seq: seq(1),
          kind: ENTRY_KIND.edit,
          sender: userNumber(2 ** 40),
          device: deviceNumber(2 ** 45),
          counter: 2 ** 33,
          ordinal: 7,
          timeMs: 1_799_999_999_999,
          target: seq(1),
          body: new Uint8Array([0, 255, 128]),
          position: position(2 ** 41),
        });
        await data.store.commit(batch({ entries: [written] }));
        expect(await all(data.store, 1)).toEqual([written]);
        const again = await data.reopen();
        expect(await all(again.store, 1)).toEqual([written]);
      }),
    );

    it(
      '[ST1] keeps bodies of any size, and kinds of a newer version',
      test(async ({ store }) => {
        const empty = entry({ kind: 99, body: new Uint8Array(0) });
        const large = entry({ seq: seq(2), position: position(2), body: new Uint8Array(300_000).fill(7) });
        await store.commit(batch({ entries: [empty, large] }));
        expect(await all(store, 1)).toEqual([empty, large]);
      }),
    );

    it(
      '[ST1] keeps its own copy of what it was given',
      test(async ({ store }) => {
        const shared = new Uint8Array([9, 9, 1, 2, 9]);
        const committed = store.commit(batch({ entries: [entry({ body: shared.subarray(2, 4) })] }));
        shared.fill(0);
        await committed;
        expect((await all(store, 1))[0]?.body).toEqual(new Uint8Array([1, 2]));
      }),
    );

    it(
      '[ST1] takes batches that carry no entry',
      test(async (data) => {
        const row = memberRow({ position: position(5) });
        await data.store.commit(batch({ members: [row] }));
        const { store } = await data.reopen();
        expect(await store.load()).toMatchObject({ members: [row], position: 5 });
      }),
    );

    it(
      '[ST2] stores nothing of a batch that contradicts the log, and takes the next',
      test(async ({ store }) => {
        await store.commit(batch({ entries: entries(1, 1, 2, 1) }));
        const repeated = [...entries(2, 1, 1, 3), ...entries(1, 2, 3, 4)];
        await expect(store.commit(batch({ entries: repeated, members: [memberRow()] }))).rejects.toThrow();
        expect(await all(store, 2)).toEqual([]);
        expect(await store.load()).toMatchObject({ members: [], position: 2 });
        await store.commit(batch({ entries: entries(1, 3, 3, 3) }));
        expect(await seqsOf(store, { fromSeq: 1, toSeq: 9 })).toEqual([1, 2, 3]);
      }),
    );

    it(
      '[ST3] replaces the row of the same key',
      test(async (data) => {
        await data.store.commit(
          batch({
            entries: entries(1, 1, 1, 1),
            conversations: [conversationRow(), conversationRow({ id: SECOND, key: '1:other' })],
            members: [memberRow(), memberRow({ user: userNumber(2) }), memberRow({ conversation: SECOND })],
          }),
        );
        const renamed = conversationRow({
          title: '亚登森林',
          isOpen: true,
          attributes: new Map([['topic', '放羊']]),
        });
        const left = memberRow({ role: null, leftSeq: seq(9), position: position(2) });
        await data.store.commit(batch({ conversations: [renamed], members: [left] }));

        const { store } = await data.reopen();
        const state = await store.load();
        expect(sorted(state.conversations)).toEqual(
          sorted([renamed, conversationRow({ id: SECOND, key: '1:other' })]),
        );
        expect(sorted(state.members)).toEqual(
          sorted([left, memberRow({ user: userNumber(2) }), memberRow({ conversation: SECOND })]),
        );
      }),
    );

    it(
      '[ST3] keeps every field of conversations, members and refusals',
      test(async (data) => {
        const conversation = conversationRow({ kind: 'direct', key: '1:2', title: '' });
        const members = (['owner', 'admin', 'member'] as const).map((role, index) =>
          memberRow({
            user: userNumber(index + 1),
            role,
            firstSeq: seq(2),
            joinedSeq: seq(2 ** 37),
            deliveredSeq: seq(2 ** 35),
            readSeq: seq(2 ** 34),
            readOrdinal: 2 ** 34,
            readOwn: 12,
            position: position(2 ** 36 + index),
          }),
        );
        const refusals = [
          refusalRow({ refusal: refuse('message.too_large', { limit: 16_384 }), counter: 2 ** 33 }),
          refusalRow({ refusal: refuse('limit.rate', { retryAfterMs: 250 }), device: deviceNumber(2) }),
          refusalRow(),
        ];
        await data.store.commit(batch({ conversations: [conversation], members, refusals }));

        const { store } = await data.reopen();
        const state = await store.load();
        expect(state.conversations).toEqual([conversation]);
        expect(sorted(state.members)).toEqual(sorted(members));
        expect(sorted(state.refusals)).toEqual(sorted(refusals));
      }),
    );
  });
}
