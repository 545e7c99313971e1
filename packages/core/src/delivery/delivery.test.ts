import type { Limits } from '@skein/model';
import { MemberAction, Role } from '@skein/protocol';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('delivery', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;

  beforeEach(async () => {
    await open();
  });

  afterEach(() => scene.throwBugs());

  async function open(limits: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    scene = await CoreScene.open(limits);
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
  }

  /** The same data as a new process finds it. */
  async function restart(limits: Partial<Limits>): Promise<void> {
    scene = await CoreScene.open({ store: scene.store, directory: scene.directory, limits });
    ana = await scene.arrive('ana', { installation: 'installation-number-1', sync: {} });
  }

  /** A device of Ben's whose first sync waits for the store until it is let go. */
  async function beginSync(): Promise<{ peer: TestPeer; finish: () => Promise<void> }> {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const readEntries = scene.store.readEntries.bind(scene.store);
    scene.store.readEntries = async (range) => {
      await released;
      return readEntries(range);
    };
    const peer = scene.connect();
    await peer.hello({
      auth: { case: 'dev', value: 'ben' },
      installation: 'installation-that-returns',
      sync: { conversations: 5, entriesEach: 200 },
    });
    const finish = (): Promise<void> => {
      release();
      return settle();
    };
    return { peer, finish };
  }

  it('[DL1] pushes every entry to every connection of every member, in order', async () => {
    const tablet = await scene.arrive('ben');
    const stranger = await scene.arrive('dan');
    const { conversation } = await ana.createGroup(['ben']);
    for (const text of ['one', 'two', 'three']) await ana.text(conversation, text);
    expect(ben.all('push').map((push) => push.seq)).toEqual([2, 3, 4]);
    expect(tablet.all('push').map((push) => push.seq)).toEqual([2, 3, 4]);
    expect(ben.last('push')).toMatchObject({ conversation, sender: 1, seq: 4, ordinal: 3 });
    expect(stranger.all('push')).toEqual([]);
  });

  it('[DL1] pushes what one turn sends in one turn, in order', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let counter = 1; counter <= 5; counter++) {
      ana.say({ case: 'send', value: { conversation, counter, text: String(counter) } });
      ben.say({ case: 'send', value: { conversation, counter, text: String(counter) } });
    }
    await settle();
    const seen = (peer: TestPeer): number[] =>
      peer.told.flatMap(({ case: kind, value }) =>
        kind === 'push' || kind === 'ack' ? [(value as { seq: number }).seq] : [],
      );
    expect(seen(ana)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(seen(ben)).toEqual(seen(ana));
  });

  it('[DL10] acks the sending connection and pushes to the other devices of its user', async () => {
    const laptop = await scene.arrive('ana');
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    expect(ana.all('push')).toEqual([]);
    expect(ana.last('ack')).toMatchObject({ conversation, counter: 1, seq: 2, ordinal: 1 });
    expect(laptop.all('push')).toHaveLength(1);
  });

  it('[DL1, DL10] tells nobody before the commit', async () => {
    const { conversation } = await ana.createDirect('ben');
    scene.store.hold();
    await ana.text(conversation, 'not yet');
    expect([...ana.all('ack'), ...ben.all('push')]).toEqual([]);
    scene.store.release();
    await settle();
    expect([ana.all('ack').length, ben.all('push').length]).toEqual([1, 1]);
  });

  it('[DL2] marks the conversation of a full connection, and tells its head when there is room', async () => {
    await open({ limits: { outboundBytesMax: 40 } });
    const { conversation } = await ana.createDirect('ben');
    ben.forget();
    ben.stall();
    for (let time = 1; time <= 20; time++) await ana.text(conversation, `message ${time}`);
    const pushed = ben.all('push').length;
    expect(pushed).toBeGreaterThan(0);
    expect(pushed).toBeLessThan(6);
    expect(ben.all('head')).toEqual([]);
    ben.drain();
    expect(ben.all('head')).toEqual([
      expect.objectContaining({ conversation, seq: 21, ordinal: 20 }) as unknown,
    ]);
    await ana.text(conversation, 'after that');
    expect(ben.last('push').seq).toBe(22);
    expect(scene.core.counters).toMatchObject({ hinted: 1, resyncs: 0 });
  });

  it('[DL2] tells what is dirty no faster than there is room', async () => {
    await open({ limits: { outboundBytesMax: 20 } });
    const conversations: number[] = [];
    for (let time = 0; time < 6; time++) conversations.push((await ana.createGroup(['ben'])).conversation);
    ben.forget();
    ben.stall();
    for (const conversation of conversations) {
      await ana.text(conversation, 'first');
      await ana.text(conversation, 'second');
    }
    ben.forget();
    ben.takeSome();
    const atOnce = ben.all('head').length;
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(6);
    for (let time = 0; time < 6; time++) ben.takeSome();
    expect(ben.all('head').every(({ seq }) => seq === 3)).toBe(true);
    expect(new Set(ben.all('head').map(({ conversation }) => conversation)).size).toBe(
      ben.all('head').length,
    );
  });

  it('[DL2] pushes nothing of a dirty conversation before its head was told', async () => {
    await open({ limits: { outboundBytesMax: 1 } });
    const { conversation } = await ana.createGroup(['ben']);
    ben.forget();
    ben.stall();
    for (const text of ['pushed', 'hinted']) await ana.text(conversation, text);
    ben.takeUnnoticed();
    await ana.text(conversation, 'hinted, too');
    expect(ben.all('push').map(({ seq }) => seq)).toEqual([2]);
    scene.clock.advance(scene.limits.sweepIntervalMs);
    expect(ben.all('head').map(({ seq }) => seq)).toEqual([4]);
  });

  it('[DL2, DL9] tells no head after a state that says it', async () => {
    await open({ limits: { outboundBytesMax: 1 } });
    const { conversation } = await ana.createGroup(['ben']);
    ben.forget();
    ben.stall();
    for (const text of ['pushed', 'hinted']) await ana.text(conversation, text);
    ben.takeUnnoticed();
    const role = { conversation, action: MemberAction.role, users: ['ben'], role: Role.admin };
    await ana.ask({ case: 'changeMembers', value: role });
    expect(ben.last('membership').state?.head).toBe(4);
    ben.drain();
    expect(ben.all('head')).toEqual([]);
    await ana.text(conversation, 'pushed again');
    expect(ben.last('push').seq).toBe(5);
  });

  it('[DL3] asks for another sync when too much is committed during one', async () => {
    const groups: number[] = [];
    for (let time = 0; time < 3; time++) groups.push((await ana.createGroup(['ben'])).conversation);
    const [first = 0] = groups;
    for (let time = 0; time < 5; time++) await ana.text(first, 'old');
    await restart({ recentEntriesPerConversationMax: 1, dirtyConversationsMax: 2 });
    const { peer: returning, finish } = await beginSync();
    for (const conversation of groups) {
      ana.say({
        case: 'send',
        value: { conversation, counter: conversation === first ? 6 : 1, text: 'new' },
      });
    }
    await settle();
    expect(returning.told.map((frame) => frame.case)).toEqual(['welcome']);
    await finish();
    expect(returning.told.map((frame) => frame.case)).toEqual(['welcome', 'syncResult', 'resync']);
    expect(scene.core.counters.resyncs).toBe(1);
  });

  it('[DL3] asks for a sync when too much is dirty, and tells nothing until then', async () => {
    await open({ limits: { outboundBytesMax: 1, dirtyConversationsMax: 3 } });
    const groups = [];
    for (let time = 0; time < 5; time++) groups.push((await ana.createGroup(['ben'])).conversation);
    ben.forget();
    ben.stall();
    for (const group of groups) await ana.text(group, 'fills the budget');
    for (const group of groups) await ana.text(group, 'makes dirty');
    expect(ben.all('resync')).toHaveLength(1);
    ben.drain();
    await ana.text(groups[0] ?? 0, 'unheard');
    expect(ben.all('head')).toEqual([]);
    ben.forget();
    ben.say({
      case: 'sync',
      value: { epoch: scene.store.epoch, cursor: 0, conversations: 50, entriesEach: 50 },
    });
    await settle();
    expect(ben.last('syncResult').changed).toHaveLength(5);
    await ana.text(groups[0] ?? 0, 'heard');
    expect(ben.all('push')).toHaveLength(1);
  });

  it('[DL4] closes a connection that does not acknowledge for 15 seconds', async () => {
    const { conversation } = await ana.createDirect('ben');
    const good = await scene.arrive('ben');
    await ana.text(conversation, 'anybody there?');
    good.say({ case: 'received', value: { pushes: 1 } });
    for (let second = 0; second < 15; second++) {
      expect(ben.closed).toBeNull();
      ben.connection.heartbeat();
      scene.clock.advance(1_000);
    }
    expect(ben.closed?.reason).toBe('ackTimeout');
    expect([good.closed, ana.closed]).toEqual([null, null]);
    expect(scene.core.counters).toMatchObject({
      pushed: 2,
      pushesAcknowledged: 1,
      pushesAbandoned: 1,
      pending: 0,
    });
  });

  it('[DL5] pushes nothing to a connection that did not sync', async () => {
    const fresh = scene.connect();
    await fresh.hello({ auth: { case: 'dev', value: 'ben' }, installation: 'installation-without-sync' });
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    expect(fresh.told.map((frame) => frame.case)).toEqual(['welcome']);
    await fresh.text(conversation, 'a send needs no sync');
    expect(fresh.last('ack').seq).toBe(3);
  });

  it('[DL5, DL6] tells after a sync answer what was committed while it was prepared', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 300; time++) await ana.text(conversation, `long ago ${time}`);
    await restart({ recentEntriesPerConversationMax: 2 });
    const { peer: returning, finish } = await beginSync();
    const counter = 301;
    ana.say({ case: 'send', value: { conversation, counter, text: 'meanwhile' } });
    returning.say({ case: 'send', value: { conversation, counter: 1, text: 'my own, meanwhile' } });
    await settle();
    expect(returning.told.map((frame) => frame.case)).toEqual(['welcome']);
    await finish();
    const told = returning.told.map((frame) => frame.case).filter((kind) => kind !== 'marker');
    expect(told).toEqual(['welcome', 'syncResult', 'ack', 'head']);
    const [state] = returning.last('syncResult').changed;
    expect(state?.head).toBe(301);
    expect(state?.entries.at(-1)?.seq).toBe(301);
    expect(returning.last('head').seq).toBe(303);
  });

  it('[DL6] tells a connection of its own entry, too, when that came during its sync', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 5; time++) await ana.text(conversation, 'old');
    await restart({ recentEntriesPerConversationMax: 1 });
    const { peer: returning, finish } = await beginSync();
    returning.say({ case: 'send', value: { conversation, counter: 1, text: 'my own, meanwhile' } });
    await settle();
    expect(returning.told.map((frame) => frame.case)).toEqual(['welcome']);
    await finish();
    expect(returning.told.map((frame) => frame.case)).toEqual(['welcome', 'syncResult', 'ack', 'head']);
    expect(returning.last('syncResult').changed[0]?.head).toBe(6);
    expect(returning.last('head').seq).toBe(7);
  });

  it('[DL10] pushes to the asking connection what is no send', async () => {
    const { conversation } = await ana.createGroup(['ben']);
    const settings = { conversation, title: 'The court', open: undefined };
    await ana.ask({ case: 'changeSettings', value: settings });
    expect(ana.last('push')).toMatchObject({ conversation, seq: 2, kind: 6 });
  });

  it('[DL9] tells who enters by the state, which includes the entry', async () => {
    const cai = await scene.arrive('cai');
    const { conversation } = await ana.createGroup(['ben']);
    const first = ben.last('membership').state;
    expect(first).toMatchObject({ conversation, head: 1, role: Role.member, title: 'Arden', memberCount: 2 });
    ben.forget();
    await ana.ask({
      case: 'changeMembers',
      value: { conversation, action: MemberAction.invited, users: ['cai'], role: 0 },
    });
    expect(cai.last('membership').state).toMatchObject({ conversation, head: 2, memberCount: 3 });
    expect(cai.all('push')).toEqual([]);
    expect(ben.all('push')).toEqual([expect.objectContaining({ seq: 2, kind: 5 }) as unknown]);
    await ana.text(conversation, 'welcome');
    expect(cai.last('push').seq).toBe(3);
  });

  it('[DL9] tells who is removed by that entry and a state without a role, and nothing later', async () => {
    const { conversation } = await ana.createGroup(['ben']);
    await ana.text(conversation, 'before');
    ben.forget();
    const kicked = { conversation, action: MemberAction.kicked, users: ['ben'], role: 0 };
    expect(await ana.ask({ case: 'changeMembers', value: kicked })).toMatchObject({ case: 'done' });
    await ana.text(conversation, 'after');
    expect(ben.told.map((frame) => frame.case)).toEqual(['push', 'membership']);
    expect(ben.last('push').seq).toBe(3);
    expect(ben.last('membership').state).toMatchObject({
      conversation,
      role: 0,
      head: 3,
      title: '',
      memberCount: 0,
    });
  });

  it('[DL9] tells who has another role', async () => {
    const { conversation } = await ana.createGroup(['ben']);
    const role = { conversation, action: MemberAction.role, users: ['ben'], role: Role.admin };
    await ana.ask({ case: 'changeMembers', value: role });
    expect(ben.last('membership').state?.role).toBe(Role.admin);
  });
});
