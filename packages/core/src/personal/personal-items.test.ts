import { LIMITS, userNumber } from '@skein/model';
import { FakeRecordStore } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { Contacts } from '../contacts/contacts.ts';
import { type ItemAccess, type PersonalItem, PersonalItems } from './personal-items.ts';

const ANA = userNumber(1);
const BEN = userNumber(2);
const CLEO = userNumber(3);
const limits = {
  ...LIMITS,
  personalItemsPerUserMax: 2,
  personalItemBytesMax: 10,
  personalNameCharactersMax: 8,
};

describe('personal items', () => {
  it('[PN1] have one value each, which lasts', async () => {
    const { items, records, contacts } = await open();
    expect(await items.put(ANA, item('mood', 'happy'))).toBeNull();
    expect(await items.put(ANA, item('mood', 'sad'))).toBeNull();
    // A name that another begins with is found by itself.
    expect(await items.put(ANA, item('mo', 'other'))).toBeNull();
    const later = await PersonalItems.load({ records, contacts, limits });
    expect(await later.seenBy(ANA, ANA, 'mood')).toEqual(item('mood', 'sad'));
    expect(await later.seenBy(ANA, ANA, 'mo')).toEqual(item('mo', 'other'));
    expect(await later.seenBy(ANA, ANA, 'm')).toBeNull();
    expect(await later.seenBy(ANA, userNumber(11), 'mood')).toBeNull();
  });

  it('[PN1] are bounded', async () => {
    const { items } = await open();
    for (const bad of [item('', 'x'), item('x'.repeat(9), 'x'), item('x', 'x'.repeat(11))]) {
      expect(await items.put(ANA, bad)).toMatchObject({ outcome: 'refused' });
    }
    await Promise.all(['a', 'b'].map((name) => items.put(ANA, item(name, 'x'))));
    expect(await items.put(ANA, item('c', 'x'))).toMatchObject({ outcome: 'refused' });
    expect(await items.put(ANA, item('a', 'y'))).toBeNull();
    expect(await items.put(BEN, item('c', 'x'))).toBeNull();
  });

  it.each<[ItemAccess, boolean, boolean]>([
    ['open', true, true],
    ['presence', true, false],
    ['owner', false, false],
  ])('[PN2] that are %s are seen by who may', async (access, byFriend, byStranger) => {
    const { items, contacts } = await open();
    await contacts.step(BEN, ANA, 'subscribe');
    await contacts.step(ANA, BEN, 'subscribed');
    await items.put(ANA, item('mood', 'happy', access));
    expect((await items.seenBy(BEN, ANA, 'mood')) !== null).toBe(byFriend);
    expect((await items.seenBy(CLEO, ANA, 'mood')) !== null).toBe(byStranger);
    expect(items.namesSeenBy(BEN, ANA)).toEqual(byFriend ? ['mood'] : []);
    await contacts.block(ANA, [BEN]);
    expect(await items.seenBy(BEN, ANA, 'mood')).toBeNull();
    expect(await items.seenBy(ANA, ANA, 'mood')).not.toBeNull();
  });

  it('[PN3] are taken away by their owner', async () => {
    const { items, records, contacts } = await open();
    await items.put(ANA, item('mood', 'happy'));
    expect(await items.remove(ANA, 'mood', 'other')).toBe(false);
    expect(await items.remove(ANA, 'mood', 'current')).toBe(true);
    expect(await items.remove(ANA, 'mood', null)).toBe(false);
    expect((await PersonalItems.load({ records, contacts, limits })).namesSeenBy(ANA, ANA)).toEqual([]);
  });
});

async function open() {
  const records = new FakeRecordStore();
  const contacts = await Contacts.load({ records, limits });
  return { items: await PersonalItems.load({ records, contacts, limits }), records, contacts };
}

function item(name: string, value: string, access: ItemAccess = 'presence'): PersonalItem {
  return { name, id: 'current', access, value: Uint8Array.from(Buffer.from(value)) };
}
