import { CoreScene, settle } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('connection', () => {
  let scene: CoreScene;

  beforeEach(async () => {
    scene = await CoreScene.open();
  });

  afterEach(() => scene.throwBugs());

  it('[SS1] closes whoever begins with anything but Hello', () => {
    const peer = scene.connect();
    peer.say({ case: 'probe', value: { id: 1 } });
    expect(peer.closed?.reason).toBe('outOfOrder');
    expect(peer.told).toEqual([]);
  });

  it('[SS1] closes whoever does not wait for Welcome', async () => {
    const peer = scene.connect();
    const hello = peer.hello({ auth: { case: 'dev', value: 'ana' } });
    peer.say({ case: 'sync', value: {} });
    await hello;
    expect(peer.closed?.reason).toBe('outOfOrder');
    expect(peer.told).toEqual([]);
    expect(scene.core.connectionCount).toBe(0);
  });

  it('[SS1] closes whoever says Hello twice', async () => {
    const ana = await scene.arrive('ana');
    await ana.hello({ auth: { case: 'dev', value: 'ana' } });
    expect(ana.closed?.reason).toBe('outOfOrder');
  });

  it('[SS2] welcomes with the agreed version and what the client must know', async () => {
    const ana = await scene.arrive('ana');
    expect(ana.welcome).toMatchObject({
      version: 1,
      me: { number: 1, id: 'ana', name: 'ana' },
      device: 1,
      epoch: scene.store.epoch,
      durability: 'memory',
      server: 'a scene',
      bodyBytesMax: scene.limits.bodyBytesMax,
      recallWindowMs: scene.limits.recallWindowMs,
    });
    expect(ana.connection.isSignedIn).toBe(true);
    expect(ana.connection.user).toBe(1);
  });

  it('[SS2] takes a client of the future that still speaks ours, and no other', async () => {
    const [able, unable] = [scene.connect(), scene.connect()];
    await able.hello({ version: 9, versionMin: 1, auth: { case: 'dev', value: 'ana' } });
    await unable.hello({ version: 9, versionMin: 9, auth: { case: 'dev', value: 'ana' } });
    expect(able.welcome.version).toBe(1);
    expect(unable.closed).toEqual({ reason: 'upgradeRequired', detail: 'client.upgrade_required' });
  });

  it('[SS3] answers the Sync of a Hello right after Welcome', async () => {
    const ana = await scene.arrive('ana');
    expect(ana.told.map((frame) => frame.case)).toEqual(['welcome', 'syncResult']);
  });

  it('[SS4] closes a silent stranger, with one timer for everyone', () => {
    const peers = [scene.connect(), scene.connect(), scene.connect()];
    expect(scene.clock.pendingCount).toBe(1);
    scene.clock.advance(scene.limits.signInTimeoutMs - 1);
    expect(peers.map((peer) => peer.closed)).toEqual([null, null, null]);
    scene.clock.advance(1);
    expect(peers.map((peer) => peer.closed?.reason)).toEqual(Array(3).fill('signInTimeout'));
    expect(scene.clock.pendingCount).toBe(1);
  });

  it('[SS4] counts what the gateway needed to recognise a stranger', () => {
    const acceptedAtMs = scene.clock.monotonicMs();
    scene.clock.advance(scene.limits.signInTimeoutMs - 2_000);
    const late = scene.connect({ acceptedAtMs });
    scene.clock.advance(1_000);
    expect(late.closed).toBeNull();
    scene.clock.advance(1_000);
    expect(late.closed?.reason).toBe('signInTimeout');
  });

  it('[SS5] closes who is silent for one and a half heartbeats, and nobody who shows life', async () => {
    const [silent, beating, asking] = [
      await scene.arrive('ana'),
      await scene.arrive('ben'),
      await scene.arrive('cai'),
    ];
    let silentForMs = 0;
    for (let second = 0; second < 60; second++) {
      scene.clock.advance(1_000);
      if (silent.closed === null) silentForMs += 1_000;
      if (second % 30 === 0) beating.connection.heartbeat();
      if (second % 30 === 0) asking.say({ case: 'probe', value: { id: second } });
    }
    expect([silent.closed?.reason, silentForMs]).toEqual(['idle', 43_000]);
    expect(beating.closed).toBeNull();
    expect(asking.closed).toBeNull();
    expect(asking.all('pong')).toHaveLength(2);
  });

  it('[SS5] keeps to the heartbeat the client asked for, within the limit', async () => {
    const [slow, endless] = [scene.connect(), scene.connect()];
    await slow.hello({ auth: { case: 'dev', value: 'ana' }, heartbeatMs: 240_000 });
    await endless.hello({ auth: { case: 'dev', value: 'ben' }, heartbeatMs: 4_000_000_000 });
    expect(slow.welcome.heartbeatMs).toBe(240_000);
    expect(endless.welcome.heartbeatMs).toBe(scene.limits.heartbeatIntervalMaxMs);
    scene.clock.advance(350_000);
    expect(slow.closed).toBeNull();
    scene.clock.advance(10_000);
    expect(slow.closed?.reason).toBe('idle');
  });

  it('[SS7] closes a reader that takes nothing, not one that takes slowly', async () => {
    const ana = await scene.arrive('ana');
    const [stalled, slow] = [await scene.arrive('ben'), await scene.arrive('cai')];
    const { conversation } = await ana.createGroup(['ben', 'cai']);
    stalled.stall();
    slow.stall();
    await ana.text(conversation, 'anybody there?');
    for (let second = 0; second < 33; second++) {
      await scene.clock.advanceSettled(1_000);
      for (const peer of [ana, stalled, slow]) peer.connection.heartbeat();
      for (const peer of [ana, stalled, slow]) peer.say({ case: 'received', value: { pushes: 99 } });
      if (second % 5 === 0) slow.takeSome();
      if (second % 5 === 1) slow.say({ case: 'probe', value: { id: 1 } });
    }
    expect(stalled.closed?.reason).toBe('stalled');
    expect(slow.closed).toBeNull();
    expect(ana.closed).toBeNull();
  });

  it('[SS11] knows which programs are connected, as they come and go', async () => {
    const hello = { version: 1, versionMin: 1, app: 'web', appVersion: '2.1' };
    const peers = [];
    for (const name of ['ana', 'ben', 'cleo']) {
      const peer = scene.connect();
      await peer.hello({ ...hello, auth: { case: 'dev', value: name } });
      peers.push(peer);
    }
    const silent = await scene.arrive('dan');
    scene.connect();
    expect(scene.core.connectionsByProgram()).toEqual([
      { protocol: 1, app: 'web 2.1', count: 3 },
      { protocol: 1, app: '', count: 1 },
    ]);
    peers[0]?.cut();
    silent.cut();
    expect(scene.core.connectionsByProgram()).toEqual([{ protocol: 1, app: 'web 2.1', count: 2 }]);
  });

  it('[SS11] keeps little of what a client says of itself', async () => {
    const long = '长'.repeat(3_000);
    const peer = scene.connect();
    const says = { app: long, appVersion: long, platform: long, locale: long, capabilities: [long, long] };
    const auth = { case: 'dev', value: 'ana' } as const;
    await peer.hello({ ...says, deviceKind: long, deviceName: `${'🌿'.repeat(3_000)}`, auth });
    const [device] = scene.directory.devices;
    expect(device).toMatchObject({ app: '长'.repeat(64), kind: '长'.repeat(64), name: '🌿'.repeat(64) });
    expect(scene.core.connectionsByProgram()).toEqual([{ protocol: 1, app: '长'.repeat(64), count: 1 }]);
    expect(JSON.stringify(peer.told)).not.toContain('长');
  });

  it.each(['', 'too-short', 'x'.repeat(65), 'with a space in it', '装置装置装置装置装置装置装置装置'])(
    '[SS11] refuses an installation that is none: %j',
    async (installation) => {
      const peer = scene.connect();
      await peer.hello({ auth: { case: 'dev', value: 'ana' }, installation });
      expect(peer.closed).toEqual({ reason: 'protocolViolation', detail: 'request.invalid' });
      expect(scene.directory.users).toEqual([]);
    },
  );

  it('[SS9] takes no more connections than it may', async () => {
    const small = await CoreScene.open({ limits: { connectionsMax: 2, unauthenticatedPerAddressMax: 1 } });
    await small.arrive('ana');
    const stranger = small.connect();
    expect(small.connect().closed?.reason).toBe('overloaded');
    stranger.cut();
    const [first, second] = [small.connect(), small.connect({ address: '10.0.0.9' })];
    expect([first.closed, second.closed?.reason]).toEqual([null, 'overloaded']);
    expect(small.core.connectionsByGateway()).toEqual({ test: 2 });
  });

  it('[SS9] takes so many strangers from one address, whoever signed in does not count', async () => {
    const small = await CoreScene.open({ limits: { unauthenticatedPerAddressMax: 1 } });
    await small.arrive('ana');
    await small.arrive('ben');
    const first = small.connect();
    expect(small.connect().closed?.reason).toBe('rateLimited');
    expect(small.connect({ address: '10.0.0.9' }).closed).toBeNull();
    expect(first.closed).toBeNull();
  });

  it('[SS10] answers what was accepted, then sends everyone away and stops', async () => {
    const [ana, ben] = [await scene.arrive('ana'), await scene.arrive('ben')];
    const { conversation } = await ana.createDirect('ben');
    scene.store.hold();
    await ana.text(conversation, 'last words');
    const drained = scene.core.drain();
    expect(scene.connect().closed?.reason).toBe('serverRestart');
    await ben.text(conversation, 'too late');
    expect(ben.last('refused').code).toBe('server.shutting_down');
    scene.store.release();
    await drained;
    expect(ana.last('ack')).toMatchObject({ conversation, counter: 1, seq: 2 });
    expect([ana.closed?.reason, ben.closed?.reason]).toEqual(['serverRestart', 'serverRestart']);
    expect(scene.store.isClosed).toBe(true);
    expect(scene.clock.pendingCount).toBe(0);
  });

  it('[SS10] does not wait longer than it may', async () => {
    const ana = await scene.arrive('ana');
    const { conversation } = await ana.createGroup([]);
    scene.store.hold();
    await ana.text(conversation, 'never stored');
    const drained = scene.core.drain();
    await scene.clock.advanceSettled(scene.limits.drainMs);
    await drained;
    expect(ana.closed?.reason).toBe('serverRestart');
    expect(ana.all('ack')).toEqual([]);
    scene.store.release();
    await settle();
  });

  it('[SS8] ends only the connection that met a bug', async () => {
    const broken = await CoreScene.open({
      instead: {
        history: (history) => {
          history.page = () => Promise.reject(new TypeError('planted'));
          return history;
        },
      },
    });
    const [ana, ben] = [await broken.arrive('ana'), await broken.arrive('ben')];
    ana.say({ case: 'request', value: { id: 1, ask: { case: 'history', value: { conversation: 1 } } } });
    await settle();
    expect(ana.closed?.reason).toBe('internal');
    expect(broken.bugs).toHaveLength(1);
    expect(ben.closed).toBeNull();
    expect((await ben.ask({ case: 'findUsers', value: { users: ['ana'] } })).case).toBe('users');
  });
});
