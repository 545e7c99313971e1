import { allRecords, type RecordStore } from '@skein/core';
import { describe, expect, it } from 'vitest';
import { type OpenedData, withData } from './opened-data.ts';

const ALL = { space: 'a', prefix: '', afterKey: '', countMax: 100 };

/** Every {@link RecordStore} runs this suite. */
export function describeRecordStore(name: string, open: () => Promise<OpenedData>): void {
  const test = (run: (records: RecordStore, data: OpenedData) => Promise<void>) => () =>
    withData(open, (data) => run(data.records, data));

  describe(`RecordStore contract: ${name}`, () => {
    it(
      '[KR1] keeps what was committed over a restart, and a copy of its own',
      test(async (records, data) => {
        const value = new Uint8Array([1, 2, 3]);
        await records.commitRecords([{ space: 'a', key: 'k', value }]);
        value.fill(9);
        const again = await data.reopen();
        expect(await again.records.readRecords(ALL)).toEqual([{ key: 'k', value: bytes(1, 2, 3) }]);
      }),
    );

    it(
      '[KR1] makes changes in their order, the last of one key wins',
      test(async (records) => {
        await records.commitRecords([put('k', 1), put('k', 2), put('gone', 1)]);
        await records.commitRecords([put('gone', 2), { space: 'a', key: 'gone', value: null }, put('k', 3)]);
        await records.commitRecords([{ space: 'a', key: 'never was', value: null }]);
        expect(await records.readRecords(ALL)).toEqual([{ key: 'k', value: bytes(3) }]);
      }),
    );

    it(
      '[KR2] reads in the order of the keys’ bytes, page by page',
      test(async (records) => {
        // By UTF-16 units the emoji would come before the last one.
        const keys = ['', 'B', 'a', 'a/', 'a/1', 'é', '鸿雁', '\u{ffee}', '😀'];
        await records.commitRecords(keys.toReversed().map((key) => put(key, 1)));
        const read = (await records.readRecords(ALL)).map(({ key }) => key);
        expect(read).toEqual(keys.slice(1));
        const page = await records.readRecords({ ...ALL, afterKey: 'a', countMax: 2 });
        expect(page.map(({ key }) => key)).toEqual(['a/', 'a/1']);
      }),
    );

    it(
      '[KR3] reads the keys that begin with a prefix, whatever follows it',
      test(async (records) => {
        const keys = ['a', 'a/', 'a/%', 'a/_', 'a/😀', 'a0', 'b'];
        await records.commitRecords(keys.map((key) => put(key, 1)));
        const read = await records.readRecords({ ...ALL, prefix: 'a/' });
        expect(read.map(({ key }) => key)).toEqual(['a/', 'a/%', 'a/_', 'a/😀']);
      }),
    );

    it(
      '[KR4] keeps spaces apart, and an unknown one is empty',
      test(async (records) => {
        await records.commitRecords([put('k', 1), { space: 'b', key: 'k', value: bytes(2) }]);
        expect(await records.readRecords({ ...ALL, space: 'b' })).toEqual([{ key: 'k', value: bytes(2) }]);
        expect(await records.readRecords({ ...ALL, space: 'c' })).toEqual([]);
      }),
    );

    it(
      '[KR2] gives all of a space, however many',
      test(async (records) => {
        const changes = Array.from({ length: 1_203 }, (_, at) => put(`k${String(at).padStart(4, '0')}`, 1));
        await records.commitRecords(changes);
        const seen: string[] = [];
        for await (const { key } of allRecords(records, 'a', 'k')) seen.push(key);
        expect(seen).toEqual(changes.map(({ key }) => key));
      }),
    );
  });
}

function put(key: string, value: number) {
  return { space: 'a', key, value: bytes(value) };
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}
