import { userNumber } from '@skein/model';
import { Availability, MemberAction, type Presence, type PresenceInit } from '@skein/protocol';
import { CoreScene, SeededRandom, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROUND_MS = 500;
const FIRST_SYNC = { conversations: 5, entriesEach: 5 };

describe('presence', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;
  let benNumber: number;

  beforeEach(() => open());
  afterEach(() => scene.throwBugs());

  async function open(options: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    scene = await CoreScene.open(options);
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
    benNumber = numberOf(ben);
    await ana.createDirect('ben');
  }

  it('[PR1] says who is there, each of those who were asked for once', async () => {
    const cleo = await scene.arrive('cleo');
    await ana.createGroup(['ben', 'cleo']);
    cleo.cut();
    const found = await find(ana, [benNumber, numberOf(cleo), benNumber, 999]);
    expect(found.map(({ user, online }) => [user, online])).toEqual([
      [benNumber, true],
      [numberOf(cleo), false],
      [999, false],
    ]);
  });

  it('[PR1] answers about so many at once, and no more', async () => {
    const many = Array.from({ length: scene.limits.presenceUsersPerFrameMax + 1 }, (_, index) => index + 1);
    expect(await find(ana, many.slice(1))).toHaveLength(many.length - 1);
    expect(await ana.ask({ case: 'findPresence', value: { users: many } })).toMatchObject({
      case: 'failure',
      value: { code: 'request.invalid', limit: many.length - 1 },
    });
  });

  it('[PR1] is online while there is any connection, by whatever gateway', async () => {
    const phone = await scene.arrive('ben', { peer: { gateway: 'other' } });
    ben.cut();
    expect((await see(ana, benNumber)).online).toBe(true);
    phone.cut();
    expect((await see(ana, benNumber)).online).toBe(false);
  });

  it('[PR1] is right whatever the order in which connections come and go', async () => {
    const random = new SeededRandom(7);
    await find(ana, [benNumber], true);
    const open: TestPeer[] = [ben];
    for (let step = 0; step < 300; step++) {
      if (random.chance(0.5))
        open.push(await scene.arrive('ben', { installation: `installation-${step % 5}-of-ben` }));
      else open.splice(random.int(open.length + 1), 1)[0]?.cut();
      if (random.chance(0.3)) scene.clock.advance(random.int(ROUND_MS));
    }
    scene.clock.advance(ROUND_MS);
    expect((await see(ana, benNumber)).online).toBe(open.length > 0);
    expect(latest(ana, benNumber)?.online).toBe(open.length > 0);
  });

  it('[PR2] shows strangers as offline, and what they say of themselves not at all', async () => {
    const cleo = await scene.arrive('cleo');
    await cleo.ask({ case: 'setPresence', value: { text: 'in the forest' } });
    expect(await see(ana, numberOf(cleo))).toMatchObject({ online: false, seenMs: 0, text: '' });
    await ana.createGroup(['cleo']);
    expect(await see(ana, numberOf(cleo))).toMatchObject({ online: true, text: 'in the forest' });
  });

  it('[PR2] ends for those who leave, and begins for those who enter', async () => {
    const cleo = await scene.arrive('cleo');
    const { conversation } = await ana.createGroup(['cleo']);
    await find(cleo, [numberOf(ana)], true);
    await cleo.ask({ case: 'changeMembers', value: { conversation, action: MemberAction.left } });
    scene.clock.advance(ROUND_MS);
    const gone = latest(cleo, numberOf(ana));
    expect(gone).toMatchObject({ online: false, seenMs: 0 });
    await ana.ask({
      case: 'changeMembers',
      value: { conversation, action: MemberAction.invited, users: ['cleo'] },
    });
    scene.clock.advance(ROUND_MS);
    expect(latest(cleo, numberOf(ana))?.online).toBe(true);
  });

  it('[PR2] is shown to whomever one lets see it, and to nobody whom one blocks or is blocked by', async () => {
    const cleo = await scene.arrive('cleo');
    const { contacts } = scene.core;
    const [anaNumber, cleoNumber] = [userNumber(numberOf(ana)), userNumber(numberOf(cleo))];
    await contacts.step(anaNumber, cleoNumber, 'subscribe');
    expect((await find(ana, [cleoNumber], true))[0]?.online).toBe(false);
    await contacts.step(cleoNumber, anaNumber, 'subscribed');
    scene.clock.advance(ROUND_MS);
    expect(latest(ana, cleoNumber)?.online).toBe(true);
    expect((await see(cleo, anaNumber)).online).toBe(false);
    await contacts.block(userNumber(benNumber), [anaNumber]);
    expect([(await see(ana, benNumber)).online, (await see(ben, anaNumber)).online]).toEqual([false, false]);
  });

  it('[PR2] is not shown by a group that is too large to know each other', async () => {
    await open({ limits: { fleetingMembersMax: 2 } });
    const cleo = await scene.arrive('cleo');
    await ana.createGroup(['ben', 'cleo']);
    expect((await see(cleo, benNumber)).online).toBe(false);
    expect((await see(ana, benNumber)).online).toBe(true);
  });

  it('[PR3] has versions that grow with every statement, after a restart too', async () => {
    const versions = [(await see(ana, benNumber)).version];
    await ben.ask({ case: 'setPresence', value: { availability: Availability.busy } });
    versions.push((await see(ana, benNumber)).version);
    ben.cut();
    versions.push((await see(ana, benNumber)).version);
    scene.clock.advance(1_000);
    await reopen();
    versions.push((await see(ana, benNumber)).version);
    await scene.arrive('ben');
    versions.push((await see(ana, benNumber)).version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('[PR4] shows what the connection with the highest priority says, and among equals the latest', async () => {
    const phone = await scene.arrive('ben');
    const say = (peer: TestPeer, text: string, priority: number) =>
      peer.ask({ case: 'setPresence', value: { availability: Availability.away, text, priority } });
    await say(ben, 'desk', 5);
    await say(phone, 'walking', 5);
    expect(await see(ana, benNumber)).toMatchObject({ availability: Availability.away, text: 'walking' });
    await say(ben, 'desk', 6);
    expect((await see(ana, benNumber)).text).toBe('desk');
    ben.cut();
    expect((await see(ana, benNumber)).text).toBe('walking');
    expect(await say(phone, 'x'.repeat(scene.limits.statusCharactersMax + 1), 0)).toMatchObject({
      case: 'failure',
      value: { code: 'request.invalid', limit: scene.limits.statusCharactersMax },
    });
  });

  it('[PR4] does not count a connection that hides, and takes an unknown word for none', async () => {
    scene.clock.advance(1_000);
    await ben.ask({ case: 'setPresence', value: { availability: Availability.hidden } });
    expect(await see(ana, benNumber)).toMatchObject({ online: false, seenMs: scene.clock.nowMs() });
    await ben.ask({ case: 'setPresence', value: { availability: 77 } });
    expect(await see(ana, benNumber)).toMatchObject({ online: true, availability: Availability.unspecified });
  });

  it('[PR9] hides a device whatever ways it has open, and opens later, and no other device', async () => {
    const installation = 'installation-with-streams';
    const isHere = async () => (await see(ana, benNumber)).online;
    ben.cut();
    const asking = await scene.arrive('ben', { installation });
    const stream = await scene.arrive('ben', { installation });
    await asking.ask({ case: 'setPresence', value: { availability: Availability.hidden } });
    expect(await isHere()).toBe(false);
    const later = await scene.arrive('ben', { installation });
    expect(await isHere()).toBe(false);
    asking.cut();
    await scene.arrive('ben', { installation });
    expect(await isHere()).toBe(false);
    await later.ask({ case: 'setPresence', value: { availability: Availability.busy } });
    expect(await see(ana, benNumber)).toMatchObject({ online: true, availability: Availability.busy });
    await later.ask({ case: 'setPresence', value: { availability: Availability.hidden } });
    const phone = await scene.arrive('ben');
    expect(await isHere()).toBe(true);
    phone.cut();
    expect(await isHere()).toBe(false);
    stream.cut();
    expect(await isHere()).toBe(false);
  });

  it('[PR9] forgets what a device said once it has no connection', async () => {
    const installation = 'installation-that-returns';
    ben.cut();
    const first = await scene.arrive('ben', { installation });
    await first.ask({ case: 'setPresence', value: { availability: Availability.hidden } });
    first.cut();
    await scene.arrive('ben', { installation });
    expect((await see(ana, benNumber)).online).toBe(true);
  });

  it('[PR5] tells watchers of changes until they stop watching', async () => {
    expect((await find(ana, [benNumber], true))[0]?.online).toBe(true);
    ben.cut();
    scene.clock.advance(ROUND_MS);
    expect(latest(ana, benNumber)?.online).toBe(false);
    ana.forget();
    await ana.ask({ case: 'unwatchPresence', value: { users: [benNumber] } });
    await scene.arrive('ben');
    scene.clock.advance(ROUND_MS);
    expect(ana.all('presence')).toEqual([]);
  });

  it('[PR5] watches only so many per connection, and nothing of a question that asks for more', async () => {
    await open({ limits: { presenceWatchesMax: 2 } });
    const cleo = await scene.arrive('cleo');
    await find(ana, [benNumber, numberOf(ana)], true);
    expect(
      await ana.ask({ case: 'findPresence', value: { users: [numberOf(cleo)], watch: true } }),
    ).toMatchObject({
      case: 'failure',
      value: { code: 'request.invalid', limit: 2 },
    });
    expect(await find(ana, [benNumber, numberOf(ana), 999], true)).toHaveLength(3);
    await ana.ask({ case: 'unwatchPresence', value: {} });
    expect(await find(ana, [numberOf(cleo)], true)).toHaveLength(1);
  });

  it('[PR5] ends with the connection', async () => {
    await find(ana, [benNumber], true);
    ana.cut();
    ana.forget();
    ben.cut();
    scene.clock.advance(ROUND_MS * 3);
    expect(ana.all('presence')).toEqual([]);
  });

  it('[PR6] remembers when somebody was last here, across a restart', async () => {
    const leftAtMs = scene.clock.nowMs();
    ben.cut();
    scene.clock.advance(12_000);
    await settle();
    expect(await see(ana, benNumber)).toMatchObject({ online: false, seenMs: leftAtMs });
    await reopen();
    expect(await see(ana, benNumber)).toMatchObject({ online: false, seenMs: leftAtMs });
  });

  it('[PR6] counts whoever is here when the server stops as seen then', async () => {
    scene.clock.advance(12_000);
    const stoppedAtMs = scene.clock.nowMs();
    await scene.core.drain();
    scene.clock.advance(12_000);
    await reopen();
    expect((await see(ana, benNumber)).seenMs).toBe(stoppedAtMs);
  });

  it('[PR7] tells a line that comes and goes once a round, as it is then', async () => {
    await find(ana, [benNumber], true);
    ana.forget();
    for (let time = 0; time < 20; time++) {
      ben.cut();
      ben = await scene.arrive('ben', { installation: 'installation-of-ben-1' });
    }
    expect(ana.all('presence')).toEqual([]);
    scene.clock.advance(ROUND_MS);
    expect(ana.all('presence')).toHaveLength(1);
    expect(latest(ana, benNumber)?.online).toBe(true);
  });

  it('[PR8] tells a slow reader nothing but the latest, once there is room, in frames of bounded size', async () => {
    await open({ limits: { outboundBytesMax: 10, presenceUsersPerFrameMax: 2 } });
    const others = [await scene.arrive('cleo'), await scene.arrive('dan')];
    await ana.createGroup(['ben', 'cleo', 'dan']);
    const watched = [benNumber, ...others.map(numberOf)];
    for (const user of watched) await find(ana, [user], true);
    ana.drain();
    ana.forget();
    ana.stall();
    for (const text of ['one', 'two', 'three']) {
      await ben.ask({ case: 'setPresence', value: { text } });
      for (const other of others) await other.ask({ case: 'setPresence', value: { text } });
      scene.clock.advance(ROUND_MS);
    }
    const whileFull = ana.all('presence').length;
    ana.drain();
    scene.clock.advance(ROUND_MS * 2);
    const told = ana.all('presence');
    expect(whileFull).toBeLessThanOrEqual(1);
    expect(Math.max(...told.map(({ users }) => users.length))).toBeLessThanOrEqual(2);
    for (const user of watched) expect(latest(ana, user)?.text).toBe('three');
    ana.forget();
    scene.clock.advance(ROUND_MS * 3);
    expect(ana.all('presence')).toEqual([]);
  });

  async function reopen(): Promise<void> {
    const { store, directory, records, clock } = scene;
    scene = await CoreScene.open({ store, directory, records, clock, seed: 2 });
    ana = await scene.arrive('ana', { installation: 'installation-number-1', sync: FIRST_SYNC });
  }
});

function numberOf(peer: TestPeer): number {
  return peer.welcome.me?.number ?? 0;
}

async function find(peer: TestPeer, users: readonly number[], watch = false): Promise<readonly Presence[]> {
  const answer = await peer.ask({ case: 'findPresence', value: { users, watch } });
  return answer.case === 'presence' ? answer.value.users : [];
}

async function see(peer: TestPeer, user: number): Promise<Presence> {
  const [presence] = await find(peer, [user]);
  if (presence === undefined) throw new Error('no answer about this user');
  return presence;
}

/** What a watcher believes: of all that it was told of a user, what has the highest version. */
function latest(peer: TestPeer, user: number): PresenceInit | undefined {
  const told = peer
    .all('presence')
    .flatMap(({ users }) => users.filter((presence) => presence.user === user));
  return told.toSorted((a, b) => a.version - b.version).at(-1);
}
