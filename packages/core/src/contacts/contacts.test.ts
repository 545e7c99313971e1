import { LIMITS, userNumber } from '@skein/model';
import { CoreScene, FakeRecordStore } from '@skein/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Contacts } from './contacts.ts';
import { NO_LINK, type SubscriptionAction, stepSubscription, subscriptionOf } from './step-subscription.ts';

const ANA = userNumber(1);
const BEN = userNumber(2);

describe('subscriptions', () => {
  it('[CT2] are asked for and agreed to', () => {
    const asked = stepSubscription(NO_LINK, NO_LINK, 'subscribe');
    expect(asked).toMatchObject({ mine: { pendingOut: true }, theirs: { pendingIn: true }, isTold: true });
    const agreed = stepSubscription(asked.theirs, asked.mine, 'subscribed');
    expect([subscriptionOf(agreed.mine), subscriptionOf(agreed.theirs)]).toEqual(['from', 'to']);
    expect(agreed.isTold).toBe(true);
  });

  it('[CT2] are asked once, and answered at once by who agreed before', () => {
    const asked = stepSubscription(NO_LINK, NO_LINK, 'subscribe');
    expect(stepSubscription(asked.mine, asked.theirs, 'subscribe').isTold).toBe(false);
    const from = { ...NO_LINK, from: true };
    expect(stepSubscription(NO_LINK, from, 'subscribe')).toMatchObject({
      mine: { to: true },
      isAnswered: true,
    });
  });

  it('[CT2] are not given to who did not ask', () => {
    expect(stepSubscription(NO_LINK, NO_LINK, 'subscribed')).toMatchObject({ mine: NO_LINK, isTold: false });
  });

  it('[CT2] agree at both ends, whatever is done', () => {
    const actions = fc.array(
      fc.tuple(
        fc.boolean(),
        fc.constantFrom<SubscriptionAction>('subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'),
      ),
    );
    fc.assert(
      fc.property(actions, (steps) => {
        let [a, b] = [NO_LINK, NO_LINK];
        for (const [isFirst, action] of steps) {
          const step = stepSubscription(isFirst ? a : b, isFirst ? b : a, action);
          [a, b] = isFirst ? [step.mine, step.theirs] : [step.theirs, step.mine];
          expect([a.to, a.pendingOut, a.from, a.pendingIn]).toEqual([
            b.from,
            b.pendingIn,
            b.to,
            b.pendingOut,
          ]);
          expect(a.to && a.pendingOut).toBe(false);
        }
      }),
    );
  });
});

describe('contacts', () => {
  it('[CT1] are kept, with what they are called and their groups', async () => {
    const records = new FakeRecordStore();
    const contacts = await load(records);
    await contacts.put(ANA, { contact: BEN, name: '本', groups: ['Friends', '亚登'] });
    await contacts.step(ANA, BEN, 'subscribe');
    const again = await load(records);
    expect(again.listOf(ANA)).toEqual([
      { contact: BEN, name: '本', groups: ['Friends', '亚登'], isListed: true, ...NO_LINK, pendingOut: true },
    ]);
    expect(again.listOf(BEN)).toEqual([]);
    expect(again.askers(BEN)).toEqual([ANA]);
  });

  it('[CT1] change nothing and tell nobody when the store fails', async () => {
    const records = new FakeRecordStore();
    const contacts = await load(records);
    const told: unknown[] = [];
    contacts.listen({ contactChanged: (...change) => told.push(change) });
    records.before = () => {
      throw new Error('asked to fail');
    };
    await expect(contacts.put(ANA, { contact: BEN, name: '', groups: [] })).rejects.toThrow();
    expect([contacts.listOf(ANA), told]).toEqual([[], []]);
  });

  it('[CT3] that are removed see nothing any more, and neither does who removes them', async () => {
    const contacts = await load(new FakeRecordStore());
    for (const [a, b] of [
      [ANA, BEN],
      [BEN, ANA],
    ] as const) {
      await contacts.step(a, b, 'subscribe');
      await contacts.step(b, a, 'subscribed');
    }
    expect(subscriptionOf(contacts.linkOf(BEN, ANA))).toBe('both');
    expect(await contacts.remove(ANA, BEN)).toEqual(['unsubscribe', 'unsubscribed']);
    expect(contacts.listOf(ANA)).toEqual([]);
    expect(contacts.listOf(BEN)).toMatchObject([{ contact: ANA, to: false, from: false }]);
  });

  it('[CT5] are bounded', async () => {
    const contacts = await load(new FakeRecordStore(), { contactsPerUserMax: 1, blockedPerUserMax: 1 });
    await contacts.put(ANA, { contact: BEN, name: '', groups: [] });
    expect(await contacts.put(ANA, { contact: userNumber(3), name: '', groups: [] })).toMatchObject({
      limit: 1,
    });
    expect(await contacts.put(ANA, { contact: BEN, name: 'b', groups: [] })).toBeNull();
    expect(await contacts.block(ANA, [BEN, userNumber(3)])).toMatchObject({ limit: 1 });
    expect(contacts.blockedBy(ANA)).toEqual([]);
  });

  it('[CT4] that are blocked write to nobody, and nobody writes to them', async () => {
    const records = new FakeRecordStore();
    const scene = await CoreScene.open({ records });
    const [ana, ben] = [await scene.arrive('ana'), await scene.arrive('ben')];
    const { conversation } = await ana.createDirect('ben');
    await scene.core.contacts.block(ANA, [BEN]);
    for (const peer of [ana, ben]) {
      await peer.text(conversation, 'hello');
      expect(peer.last('refused').code).toBe('permission.not_member');
    }
    const group = await ana.createGroup(['ben']);
    await ben.text(group.conversation, 'here I may');
    expect(ana.all('push')).toHaveLength(1);
    expect((await load(records)).isBlockedBetween(BEN, ANA)).toBe(true);
    await scene.core.contacts.unblock(ANA, [BEN]);
    ana.say({ case: 'send', value: { conversation, key: 'again', text: 'hello again' } });
    await ben.text(conversation, 'hello');
    scene.throwBugs();
    expect(scene.core.contacts.blockedBy(ANA)).toEqual([]);
  });
});

function load(records: FakeRecordStore, limits = {}): Promise<Contacts> {
  return Contacts.load({ records, limits: { ...LIMITS, ...limits } });
}
