import { ENTRY_KIND, position, seq } from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, entries, entry } from '../../builders/rows.ts';
import { all, FIRST, SECOND } from './store-reads.ts';
import type { StoreTest } from './store-test.ts';

/** What was recalled is gone (rule ST8). */
export function describeRedaction(test: StoreTest): void {
  describe('redaction', () => {
    it(
      '[ST8] erases the body and nothing else',
      test(async (data) => {
        const log = entries(1, 1, 3, 1);
        await data.store.commit(batch({ entries: log }));
        const recall = entry({
          seq: seq(4),
          kind: ENTRY_KIND.recall,
          target: seq(2),
          position: position(4),
          body: new Uint8Array(0),
        });
        await data.store.commit(
          batch({ entries: [recall], redactions: [{ conversation: FIRST, seq: seq(2) }] }),
        );
        const erased = { ...log[1]!, body: new Uint8Array(0) };
        expect(await all(data.store, 1)).toEqual([log[0], erased, log[2], recall]);
        const again = await data.reopen();
        expect(await all(again.store, 1)).toEqual([log[0], erased, log[2], recall]);
      }),
    );

    it(
      '[ST8] erases what edits made of it too, earlier ones and those of the same batch',
      test(async ({ store }) => {
        const edit = (at: number, target: number) =>
          entry({ seq: seq(at), position: position(at), kind: ENTRY_KIND.edit, target: seq(target) });
        await store.commit(batch({ entries: [...entries(1, 1, 2, 1), edit(3, 1), edit(4, 2)] }));
        const reaction = { ...edit(5, 1), kind: ENTRY_KIND.reaction };
        await store.commit(
          batch({
            entries: [reaction, edit(6, 1)],
            redactions: [{ conversation: FIRST, seq: seq(1) }],
          }),
        );
        const kept = (await all(store, 1)).filter(({ body }) => body.length > 0);
        expect(kept.map((each) => each.seq)).toEqual([2, 4, 5]);
      }),
    );

    it(
      '[ST8] reaches an entry of the same batch, and passes over one that is not there',
      test(async ({ store }) => {
        await store.commit(
          batch({
            entries: entries(1, 1, 1, 1),
            redactions: [
              { conversation: FIRST, seq: seq(1) },
              { conversation: SECOND, seq: seq(1) },
            ],
          }),
        );
        expect((await all(store, 1)).map(({ body }) => body.length)).toEqual([0]);
      }),
    );
  });
}
