import { ENTRY_KIND, type Entry, position, seq, userNumber } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, entries, entry } from '../../builders/rows.ts';
import { all, amendmentSeqs, FIRST, SECOND, seqsOf } from './store-reads.ts';
import type { StoreTest } from './store-test.ts';

/** Entries are read by range, by what they change, and counted (rules ST4–ST6). */
export function describeReading(test: StoreTest): void {
  describe('readEntries', () => {
    it(
      '[ST4] answers in seq order what lies in the range, ends included',
      test(async ({ store }) => {
        await store.commit(batch({ entries: entries(1, 1, 9, 1) }));
        expect(await seqsOf(store, { fromSeq: 3, toSeq: 6 })).toEqual([3, 4, 5, 6]);
        expect(await seqsOf(store, { fromSeq: 0, toSeq: 2 })).toEqual([1, 2]);
        expect(await seqsOf(store, { fromSeq: 8, toSeq: 2 ** 52 })).toEqual([8, 9]);
      }),
    );

    it(
      '[ST4] answers at most countMax: the oldest of the range, or the newest',
      test(async ({ store }) => {
        await store.commit(batch({ entries: entries(1, 1, 9, 1) }));
        expect(await seqsOf(store, { fromSeq: 2, toSeq: 8, countMax: 3 })).toEqual([2, 3, 4]);
        expect(await seqsOf(store, { fromSeq: 2, toSeq: 8, countMax: 3, isNewest: true })).toEqual([6, 7, 8]);
        expect(await seqsOf(store, { fromSeq: 2, toSeq: 8, countMax: 0, isNewest: true })).toEqual([]);
      }),
    );

    it(
      '[ST4] answers nothing for an empty range or an unknown conversation',
      test(async ({ store }) => {
        await store.commit(batch({ entries: entries(1, 1, 3, 1) }));
        expect(await seqsOf(store, { fromSeq: 3, toSeq: 2 })).toEqual([]);
        expect(await seqsOf(store, { fromSeq: 4, toSeq: 9 })).toEqual([]);
        expect(await all(store, 2)).toEqual([]);
      }),
    );

    it(
      '[ST4] keeps conversations apart',
      test(async ({ store }) => {
        const [a, b] = [entries(1, 1, 2, 1), entries(2, 1, 2, 3)];
        await store.commit(batch({ entries: [a[0]!, b[0]!, a[1]!, b[1]!] }));
        expect(await all(store, 2)).toEqual(b);
      }),
    );

    it(
      '[ST4] sees each commit as soon as it resolved',
      test(async ({ store }) => {
        for (let at = 1; at <= 20; at++) {
          await store.commit(batch({ entries: entries(1, at, at, at) }));
          expect(await seqsOf(store, { fromSeq: at, toSeq: at })).toEqual([at]);
        }
      }),
    );

    it(
      '[ST4] answers reads that are under way together each with its own range',
      test(async ({ store }) => {
        await store.commit(batch({ entries: entries(1, 1, 30, 1) }));
        const ranges = Array.from({ length: 30 }, (_, index) => index + 1);
        const answers = await Promise.all(ranges.map((at) => seqsOf(store, { fromSeq: at, toSeq: at })));
        expect(answers).toEqual(ranges.map((at) => [at]));
      }),
    );
  });

  describe('readAmendments', () => {
    it(
      '[ST5] answers what lies in one range and amends another, in seq order',
      test(async ({ store }) => {
        await store.commit(batch({ entries: amendedLog() }));
        expect(await amendmentSeqs(store, { from: 1, to: 99, targetFrom: 1, targetTo: 3 })).toEqual([
          4, 5, 7,
        ]);
        expect(await amendmentSeqs(store, { from: 5, to: 6, targetFrom: 1, targetTo: 3 })).toEqual([5]);
        expect(await amendmentSeqs(store, { from: 1, to: 99, targetFrom: 2, targetTo: 2 })).toEqual([5, 7]);
        expect(await amendmentSeqs(store, { from: 1, to: 99, targetFrom: 6, targetTo: 6 })).toEqual([8]);
      }),
    );

    it(
      '[ST5] never answers entries that amend nothing',
      test(async ({ store }) => {
        await store.commit(batch({ entries: amendedLog() }));
        expect(await amendmentSeqs(store, { from: 1, to: 99, targetFrom: 0, targetTo: 0 })).toEqual([]);
      }),
    );

    it(
      '[ST5] answers the oldest countMax',
      test(async ({ store }) => {
        await store.commit(batch({ entries: amendedLog() }));
        expect(
          await amendmentSeqs(store, { from: 1, to: 99, targetFrom: 1, targetTo: 9, countMax: 2 }),
        ).toEqual([4, 5]);
      }),
    );
  });

  it(
    '[ST6] counts the countable entries of one user after one seq, up to another',
    test(async ({ store }) => {
      const own = userNumber(5);
      const log = entries(1, 1, 6, 1).map((each) => (each.seq % 2 === 0 ? { ...each, sender: own } : each));
      const reaction = entry({
        seq: seq(7),
        kind: ENTRY_KIND.reaction,
        sender: own,
        position: position(7),
      });
      await store.commit(batch({ entries: [...log, reaction] }));
      expect(await store.countOwn(FIRST, own, seq(0), seq(7))).toBe(3);
      expect(await store.countOwn(FIRST, own, seq(2), seq(6))).toBe(2);
      expect(await store.countOwn(FIRST, own, seq(2), seq(5))).toBe(1);
      expect(await store.countOwn(FIRST, own, seq(6), seq(6))).toBe(0);
      expect(await store.countOwn(SECOND, own, seq(0), seq(7))).toBe(0);
    }),
  );
}

/** Messages 1, 2, 3 and 6; 4 amends 1, 5 and 7 amend 2, 8 amends 6. */
function amendedLog(): Entry[] {
  const targets = new Map([
    [4, 1],
    [5, 2],
    [7, 2],
    [8, 6],
  ]);
  return entries(1, 1, 8, 1).map((each) => {
    const target = targets.get(each.seq);
    return target === undefined ? each : { ...each, kind: ENTRY_KIND.edit, target: seq(target) };
  });
}
