import { type SentKeyRow, type Store, StoreUnavailableError } from '@skein/core';
import {
  conversationId,
  deviceNumber,
  ENTRY_KIND,
  type Entry,
  parseUserId,
  position,
  refuse,
  seq,
  type UserId,
  userNumber,
} from '@skein/model';
import { describe, expect, it } from 'vitest';
import { batch, conversationRow, entries, entry, memberRow, refusalRow } from '../builders/rows.ts';
import { type OpenedData, withData } from './opened-data.ts';

const FIRST = conversationId(1);
const SECOND = conversationId(2);
/** More than any store reads in one page. */
const MANY = 2_500;

/** Every {@link Store} runs this suite; a store adds tests of its own only for what is its own. */
export function describeStore(name: string, open: () => Promise<OpenedData>): void {
  const test = (run: (data: OpenedData) => Promise<void>) => () => withData(open, run);

  describe(`Store contract: ${name}`, () => {
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
          expect(await seqsOf(store, { fromSeq: 2, toSeq: 8, countMax: 3, isNewest: true })).toEqual([
            6, 7, 8,
          ]);
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
  });
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

function all(store: Store, conversation: number): Promise<readonly Entry[]> {
  return store.readEntries({
    conversation: conversationId(conversation),
    fromSeq: seq(1),
    toSeq: seq(MANY),
    countMax: MANY,
    isNewest: false,
  });
}

interface SomeRange {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly countMax?: number;
  readonly isNewest?: boolean;
}

async function seqsOf(store: Store, range: SomeRange): Promise<number[]> {
  const { fromSeq, toSeq, countMax = MANY, isNewest = false } = range;
  const found = await store.readEntries({
    conversation: FIRST,
    fromSeq: seq(fromSeq),
    toSeq: seq(toSeq),
    countMax,
    isNewest,
  });
  return found.map((each) => each.seq);
}

async function amendmentSeqs(
  store: Store,
  range: { from: number; to: number; targetFrom: number; targetTo: number; countMax?: number },
): Promise<number[]> {
  const found = await store.readAmendments({
    conversation: FIRST,
    fromSeq: seq(range.from),
    toSeq: seq(range.to),
    targetFromSeq: seq(range.targetFrom),
    targetToSeq: seq(range.targetTo),
    countMax: range.countMax ?? MANY,
  });
  return found.map((each) => each.seq);
}

async function tailOf(state: {
  readonly entriesAfterCheckpoint: AsyncIterable<readonly Entry[]>;
}): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const page of state.entriesAfterCheckpoint) found.push(...page);
  return found;
}

/** Rows have no promised order. */
function sorted<T>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
