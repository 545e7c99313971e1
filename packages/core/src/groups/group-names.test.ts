import { LIMITS } from '@skein/model';
import { FakeRecordStore } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../ports/store.ts';
import { GroupNames } from './group-names.ts';

const FEAST = 7;
const BALL = 8;

describe('names of groups', () => {
  it('[GN1] are one group’s, and last until they are freed', async () => {
    const { names, records } = await open();
    expect(await names.take('feast', FEAST, false)).toBe(true);
    expect(await names.take('feast', BALL, false)).toBe(false);
    const { names: later } = await open(records);
    expect(later.conversationOf('feast')).toBe(FEAST);
    expect(later.nameOf(FEAST)).toBe('feast');
    await later.free(FEAST);
    expect(later.conversationOf('feast')).toBeUndefined();
    expect((await open(records)).names.nameOf(FEAST)).toBeUndefined();
    expect(await later.take('feast', BALL, false)).toBe(true);
  });

  it('[GN1] go to one of two who want them at once', async () => {
    const { names } = await open();
    const answers = await Promise.all([FEAST, BALL].map((group) => names.take('feast', group, false)));
    expect(answers).toEqual([true, false]);
  });

  it('[GN1] are neither empty nor too long', async () => {
    const { names } = await open();
    const longest = 'x'.repeat(LIMITS.groupNameCharactersMax);
    expect(await names.take('', FEAST, false)).toBe(false);
    expect(await names.take(`${longest}x`, FEAST, false)).toBe(false);
    expect(await names.take(longest, FEAST, false)).toBe(true);
  });

  it('[GN1] are not taken where that could not be stored', async () => {
    const { names, records } = await open();
    records.before = () => {
      throw new StoreUnavailableError('for the test');
    };
    await expect(names.take('feast', FEAST, false)).rejects.toThrow(StoreUnavailableError);
    expect(names.conversationOf('feast')).toBeUndefined();
  });

  it('[GN2, GN3] are told where the group is open and listed', async () => {
    const { names, groups } = await open();
    await names.take('feast', FEAST, true);
    await names.take('ball', BALL, false);
    expect(names.listed(10)).toEqual([{ conversation: FEAST, title: 'Feast', memberCount: 2 }]);
    await names.list(BALL, true);
    expect(names.listed(10)).toHaveLength(2);
    expect(names.listed(1)).toHaveLength(1);
    Object.assign(groups.get(FEAST) ?? {}, { isOpen: false });
    expect(names.listed(10).map(({ conversation }) => conversation)).toEqual([BALL]);
    expect(names.openGroup(FEAST)).toBeNull();
    expect(names.openGroup(99)).toBeNull();
  });
});

async function open(records = new FakeRecordStore()) {
  const groups = new Map<number, object>([
    [FEAST, { id: FEAST, kind: 'group', isOpen: true, title: 'Feast', present: [1, 2] }],
    [BALL, { id: BALL, kind: 'group', isOpen: true, title: 'Ball', present: [1] }],
  ]);
  const world = { conversation: (id: number) => groups.get(id) as never };
  return { names: await GroupNames.load({ records, world, limits: LIMITS }), records, groups };
}
