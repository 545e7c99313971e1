import { conversationId, userNumber } from '@skein/model';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('markers and typing', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;
  let cai: TestPeer;

  beforeEach(async () => {
    await open();
  });

  afterEach(() => scene.throwBugs());

  async function open(options: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    scene = await CoreScene.open(options);
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
    cai = await scene.arrive('cai');
  }

  it('[DL7] tells at once how far the other one of a direct conversation got', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 2 }] } });
    expect(ana.last('marker')).toMatchObject({ conversation, user: 2, delivered: 2 });
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    expect(ana.last('marker')).toMatchObject({ user: 2, delivered: 2, read: 2, mine: undefined });
    expect(cai.all('marker')).toEqual([]);
  });

  it('[DL7] tells the own devices what unread is computed from', async () => {
    const tablet = await scene.arrive('ben');
    const { conversation } = await ana.createDirect('ben');
    for (const text of ['one', 'two', 'three']) await ana.text(conversation, text);
    await ben.text(conversation, 'four');
    ben.say({ case: 'read', value: { conversation, seq: 3 } });
    await settle();
    const mine = { seq: 3, ordinal: 2, own: 0, ownTotal: 1 };
    expect(tablet.last('marker')).toMatchObject({ conversation, user: 2, read: 3, mine });
    expect(ben.last('marker')).toMatchObject({ mine });
  });

  it('[DL7] shows nobody’s markers to others where only one may see them, and still tells the own devices', async () => {
    await open({ limits: { markerMembersMax: 1 } });
    const tablet = await scene.arrive('ben');
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 2 }] } });
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await scene.clock.advanceSettled(scene.limits.markerBroadcastMs + scene.limits.markerFlushMs);
    expect(ana.all('marker').filter(({ user }) => user === 2)).toEqual([]);
    expect(tablet.last('marker')).toMatchObject({ user: 2, read: 2 });
  });

  it('[DL11] keeps who read what from the others where the operator wants it so, and tells the own devices', async () => {
    await open({ limits: { readMarkerMembersMax: 0 } });
    const tablet = await scene.arrive('ben');
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 2 }] } });
    const known = ana.all('marker').length;
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    expect(ana.all('marker')).toHaveLength(known);
    expect(ana.last('marker')).toMatchObject({ user: 2, delivered: 2, read: 0 });
    expect(tablet.last('marker')).toMatchObject({ user: 2, read: 2 });

    const list = {
      case: 'listMembers',
      value: { conversation, after: 1, limit: 2, unknown: undefined },
    } as const;
    expect(await ana.ask(list)).toMatchObject({ value: { members: [{ delivered: 2, read: 0 }] } });
    const later = await scene.arrive('ana');
    const [state] = later.last('syncResult').changed;
    expect(state?.markers).toMatchObject([{ user: 2, delivered: 2, read: 0 }]);
  });

  it('[CT4] keeps markers from whoever is blocked, also when they come back or ask', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    await scene.core.contacts.block(userNumber(1), [userNumber(2)]);
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 2 }] } });
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await scene.clock.advanceSettled(scene.limits.markerFlushMs);
    expect(ana.all('marker').filter(({ user }) => user === 2)).toEqual([]);
    const later = await scene.arrive('ana');
    expect(later.last('syncResult').changed).toMatchObject([{ conversation, markers: [] }]);
    const list = {
      case: 'listMembers',
      value: { conversation, after: 1, limit: 1, unknown: undefined },
    } as const;
    expect(await later.ask(list)).toMatchObject({ value: { members: [{ delivered: 0, read: 0 }] } });

    await scene.core.contacts.unblock(userNumber(1), [userNumber(2)]);
    expect(await later.ask(list)).toMatchObject({ value: { members: [{ delivered: 2, read: 2 }] } });
  });

  it('[DL7] tells no read marker before it is stored', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    scene.store.hold();
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    expect(ana.all('marker').filter((marker) => marker.read === 2)).toEqual([]);
    scene.store.release();
    await settle();
    expect(ana.last('marker').read).toBe(2);
  });

  it('[DL7] takes no marker back, and none beyond the head', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 1_000 }] } });
    ben.say({ case: 'read', value: { conversation, seq: 1_000 } });
    await settle();
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 1 }] } });
    ben.say({ case: 'read', value: { conversation, seq: 1 } });
    await settle();
    expect(ana.last('marker')).toMatchObject({ delivered: 2, read: 2 });
    expect(scene.core.counters.delivered).toBe(1);
  });

  it('[DL7] tells the markers of a group together, once in a while', async () => {
    const { conversation } = await ana.createGroup(['ben', 'cai']);
    for (const text of ['one', 'two', 'three']) await ana.text(conversation, text);
    for (const peer of [ana, ben, cai]) peer.forget();
    for (let seq = 2; seq <= 4; seq++) {
      for (const peer of [ben, cai])
        peer.say({ case: 'received', value: { delivered: [{ conversation, seq }] } });
    }
    expect(ana.all('marker')).toEqual([]);
    scene.clock.advance(scene.limits.markerBroadcastMs);
    expect(ana.all('marker').map(({ user, delivered }) => [user, delivered])).toEqual([
      [2, 4],
      [3, 4],
    ]);
    expect(ben.all('marker').map(({ user }) => user)).toEqual([3]);
  });

  it('[DL7] tells nobody in a group that is too large', async () => {
    await open({ limits: { markerMembersMax: 2 } });
    const { conversation } = await ana.createGroup(['ben', 'cai']);
    await ana.text(conversation, 'hello');
    ben.say({ case: 'received', value: { delivered: [{ conversation, seq: 2 }] } });
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    scene.clock.advance(scene.limits.markerBroadcastMs);
    expect(ana.all('marker')).toEqual([]);
    expect(ben.last('marker').mine).toMatchObject({ seq: 2 });
  });

  it('[DL2, DL7] remembers a marker that a full connection was not told of', async () => {
    await open({ limits: { outboundBytesMax: 1 } });
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    ana.forget();
    ana.stall();
    ana.say({ case: 'probe', value: { id: 1 } });
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    expect(ana.all('marker')).toEqual([]);
    ana.drain();
    expect(ana.all('marker').find(({ user }) => user === 2)).toMatchObject({ read: 2 });
    expect(ana.all('marker').find(({ user }) => user === 1)?.mine).toBeDefined();
    expect(ana.all('head')).toEqual([]);
  });

  it('[DL7] ignores markers of those who are no members', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    cai.say({ case: 'read', value: { conversation, seq: 2 } });
    cai.say({ case: 'received', value: { delivered: [{ conversation, seq: 2 }] } });
    cai.say({ case: 'read', value: { conversation: 4_711, seq: 2 } });
    await settle();
    expect([ana, ben].flatMap((peer) => peer.all('marker'))).toEqual([]);
    expect(cai.closed).toBeNull();
  });

  it('[DL8] passes typing on to the other members, throttled', async () => {
    const { conversation } = await ana.createGroup(['ben']);
    const laptop = await scene.arrive('ana');
    for (let time = 0; time < 5; time++) ana.say({ case: 'typing', value: { conversation } });
    expect(ben.all('typing')).toEqual([
      expect.objectContaining({ conversation, user: 1, stopped: false }) as unknown,
    ]);
    ana.say({ case: 'typing', value: { conversation, stopped: true } });
    ana.say({ case: 'typing', value: { conversation, stopped: true } });
    expect(ben.all('typing')).toHaveLength(2);
    scene.clock.advance(scene.limits.typingIntervalMs);
    ana.say({ case: 'typing', value: { conversation, user: 3 } });
    expect(ben.all('typing')).toHaveLength(3);
    expect(ben.last('typing').user).toBe(1);
    expect([ana, laptop, cai].flatMap((peer) => peer.all('typing'))).toEqual([]);
    expect(scene.core.world.conversation(conversationId(conversation))?.head).toBe(1);
  });

  it('[DL8] passes nothing on from outside, in large groups, or to those without room', async () => {
    await open({ limits: { typingMembersMax: 2, outboundBytesMax: 1 } });
    const large = await ana.createGroup(['ben', 'cai']);
    const small = await ana.createGroup(['ben']);
    ana.say({ case: 'typing', value: { conversation: large.conversation } });
    cai.say({ case: 'typing', value: { conversation: small.conversation } });
    expect(ben.all('typing')).toEqual([]);
    ben.stall();
    ben.say({ case: 'probe', value: { id: 1 } });
    ana.say({ case: 'typing', value: { conversation: small.conversation } });
    ben.drain();
    expect(ben.all('typing')).toEqual([]);
  });
});
