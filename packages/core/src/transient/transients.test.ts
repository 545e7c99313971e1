import { type UserNumber, userNumber } from '@skein/model';
import { encodeMessage, MemberAction, writeContent } from '@skein/protocol';
import { CoreScene, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('transient messages', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;
  let conversation: number;

  beforeEach(() => open());
  afterEach(() => scene.throwBugs());

  async function open(limits: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    scene = await CoreScene.open(limits);
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
    ({ conversation } = await ana.createDirect('ben'));
  }

  it('[TM1] reach every live connection of every member but the one they came from', async () => {
    const laptop = await scene.arrive('ana');
    const dan = await scene.arrive('dan');
    const content = encodeMessage(writeContent, {
      of: { case: 'custom', value: { kind: 'like', json: '3' } },
    });
    ana.say({ case: 'transient', value: { conversation, content } });
    for (const peer of [ben, laptop]) {
      expect(peer.all('transient')).toEqual([
        expect.objectContaining({ conversation, user: ana.welcome.me?.number, content, will: false }),
      ]);
    }
    expect([...ana.all('transient'), ...dan.all('transient')]).toEqual([]);
  });

  it('[TM2] leave nothing behind: no entry, no ack, nothing for who comes later', async () => {
    ben.cut();
    ana.forget();
    ana.say({ case: 'transient', value: { conversation, text: 'now or never' } });
    const back = await scene.arrive('ben');
    expect(ana.told).toEqual([]);
    expect(back.all('transient')).toEqual([]);
    const [state] = back.last('syncResult').changed;
    expect([state?.head, state?.headOrdinal, state?.entries.length]).toEqual([1, 0, 1]);
  });

  it('[TM2] need no acknowledgement', async () => {
    ana.say({ case: 'transient', value: { conversation, text: 'hello' } });
    scene.clock.advance(scene.limits.ackTimeoutMs + 1_000);
    expect([ben.all('transient').length, ben.closed]).toEqual([1, null]);
  });

  it('[TM2] are dropped for who reads too slowly or has not caught up', async () => {
    await open({ limits: { outboundBytesMax: 40 } });
    const cold = scene.connect();
    await cold.hello({ auth: { case: 'dev', value: 'ben' }, installation: 'installation-that-waits' });
    ben.stall();
    for (let time = 0; time < 10; time++)
      ana.say({ case: 'transient', value: { conversation, text: 'x'.repeat(30) } });
    expect(ben.all('transient').length).toBeLessThanOrEqual(2);
    ben.drain();
    expect(ben.all('transient').length).toBeLessThanOrEqual(2);
    expect(cold.all('transient')).toEqual([]);
  });

  it.each([
    ['of no member', { conversation: 99, text: 'x' }],
    ['with nothing in them', { text: '' }],
    ['of bytes that are no content', { content: Uint8Array.of(0xff) }],
    ['that are too long', { text: 'x'.repeat(4_096) }],
  ])('[TM3] are dropped without a word: %s', (_name, said) => {
    ana.forget();
    ana.say({ case: 'transient', value: { conversation, ...said } });
    expect([ben.all('transient'), ana.told, ana.closed]).toEqual([[], [], null]);
  });

  it('[TM3] pass between no two of whom one has blocked the other', async () => {
    const [one, other] = [ana, ben].map((peer) => userNumber(peer.welcome.me?.number ?? 0));
    await scene.core.contacts.block(other as UserNumber, [one as UserNumber]);
    await ana.ask({ case: 'setWill', value: { conversation, text: 'ana is gone' } });
    ana.say({ case: 'transient', value: { conversation, text: 'still here' } });
    ben.say({ case: 'transient', value: { conversation, text: 'stay away' } });
    ana.cut();
    expect([...ana.all('transient'), ...ben.all('transient')]).toEqual([]);
  });

  it('[TM3] are of those who are members now', async () => {
    const { conversation: group } = await ana.createGroup(['ben']);
    await ben.ask({ case: 'changeMembers', value: { conversation: group, action: MemberAction.left } });
    ben.say({ case: 'transient', value: { conversation: group, text: 'still here' } });
    expect(ana.all('transient')).toEqual([]);
  });

  it('[TM3] do not exist in groups that are too large', async () => {
    await open({ limits: { fleetingMembersMax: 2 } });
    await scene.arrive('cleo');
    const { conversation: group } = await ana.createGroup(['ben', 'cleo']);
    ana.say({ case: 'transient', value: { conversation: group, text: 'hello' } });
    ana.say({ case: 'transient', value: { conversation, text: 'hello' } });
    expect(ben.all('transient').map((told) => told.conversation)).toEqual([conversation]);
  });

  it('[TM4] are passed on at a bounded rate per connection; more are dropped', () => {
    const { transientsBurstMax, transientsPerSecondMax } = scene.limits;
    const say = (count: number) => {
      for (let time = 0; time < count; time++)
        ana.say({ case: 'transient', value: { conversation, text: 'x' } });
      return ben.all('transient').length;
    };
    expect(say(transientsBurstMax * 2)).toBe(transientsBurstMax);
    scene.clock.advance(1_000);
    expect(say(transientsBurstMax)).toBe(transientsBurstMax + transientsPerSecondMax);
    expect(ana.closed).toBe(null);
  });
});
