import { describe, expect, it } from 'vitest';
import type { Connection } from '../api/connection.ts';
import type { CacheProvider } from '../engine/ports/cache-store.ts';
import { heartbeatPolicy, reconnectPolicy } from '../profiles.ts';
import { FakeDevice, Stage, textsOf } from '../test/stage.ts';

const NAME_TAKEN = { close: 'badCredentials', reason: 'auth.name_taken' } as const;

describe('the life of a connection', () => {
  it('[CL1] is told in words, each once and in order', async () => {
    const stage = new Stage();
    const client = stage.client({ dev: 'alice' });
    const words: string[] = [];
    client.connection.subscribe(({ state }) => words.push(state));
    await stage.pass(100);
    stage.server.live?.cut();
    stage.server.isReachable = false;
    await stage.pass(10);
    expect(words).toEqual(['connecting', 'catching-up', 'online', 'offline', 'connecting', 'offline']);
    const offline = client.connection.get() as Extract<Connection, { state: 'offline' }>;
    expect(offline).toMatchObject({ reason: 'network', attempt: 2 });
    await client.close();
  });

  it('[CL8] says hello first, once, with the first sync in the same breath', async () => {
    const stage = new Stage();
    await stage.online('alice');
    expect(stage.server.received.map((frame) => frame.case)).toEqual(['hello', 'sync']);
    const [hello] = stage.server.sent('hello');
    expect(hello).toMatchObject({
      version: 1,
      app: 'test',
      platform: 'test',
      deviceKind: 'bot',
      locale: 'en',
    });
    expect(hello?.installation).toMatch(/^[0-9a-f]{32}$/);
    expect(hello?.sync).toMatchObject({ cursor: 0, epoch: '' });
  });

  it('[CL8] waits for an answer that trickles in, and not for one that stopped', async () => {
    const stage = new Stage();
    stage.server.isSilent = true;
    const client = stage.client({ dev: 'alice' });
    await stage.pass(9_990);
    expect(client.connection.get().state).toBe('connecting');
    await stage.pass(20);
    expect(stage.server.openedCount).toBe(2);
    await client.close();
  });

  it('[CL9] signs in with the password once, then with the session it made, across restarts', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const client = stage.client({ user: 'alice', password: 'correct horse' }, device);
    await stage.pass(50);
    stage.server.live?.cut();
    await stage.pass(50);
    await client.close();
    const again = stage.client({ session: 'stored' }, device);
    await stage.pass(50);
    const auths = stage.server.sent('hello').map(({ auth }) => auth?.case);
    expect(auths).toEqual(['password', 'accessToken', 'accessToken']);
    expect(again.me.get()).toMatchObject({ id: 'alice', name: 'Alice' });
    await again.close();
  });

  it('[CL9] renews an expired session with its refresh token, once', async () => {
    const stage = new Stage();
    const client = stage.client({ user: 'alice', password: 'correct horse' });
    await stage.pass(50);
    stage.server.live?.end('tokenExpired');
    await stage.pass(50);
    expect(stage.server.sent('hello').map(({ auth }) => auth?.case)).toEqual(['password', 'refreshToken']);
    expect(client.connection.get().state).toBe('online');
    await client.close();
  });

  it('[CL17] exchanges its tokens before they expire, on the connection it has, for days', async () => {
    const stage = new Stage();
    stage.server.accessTokenMs = 3_600_000;
    const client = stage.client({ user: 'alice', password: 'correct horse' });
    await stage.pass(50);
    for (let hour = 0; hour < 48; hour++) {
      const before = stage.server.refreshes;
      await stage.pass(3_600_000);
      expect(stage.server.refreshes - before).toBeGreaterThanOrEqual(1);
      expect(stage.server.refreshes - before).toBeLessThanOrEqual(2);
    }
    expect(stage.server.openedCount).toBe(1);
    await client.close();
    await stage.pass(7_200_000);
    expect(stage.server.openedCount).toBe(1);
  });

  it('[CL17] does not ask in a loop when the clock of the device is wrong', async () => {
    const stage = new Stage();
    stage.server.accessTokenMs = -7_200_000;
    const client = stage.client({ user: 'alice', password: 'correct horse' });
    await stage.pass(3_600_000);
    expect(stage.server.refreshes).toBeGreaterThanOrEqual(11);
    expect(stage.server.refreshes).toBeLessThanOrEqual(13);
    expect(stage.server.openedCount).toBe(1);
    await client.close();
  });

  it('[CL9] asks the app for another token when the one it gave has expired', async () => {
    const stage = new Stage();
    const tokens = ['one alice', 'two alice'];
    const client = stage.client({ user: 'alice', token: () => Promise.resolve(tokens.shift() ?? '') });
    await stage.pass(50);
    stage.server.live?.cut();
    await stage.pass(50);
    stage.server.live?.end('tokenExpired');
    await stage.pass(50);
    const shown = stage.server.sent('hello').map(({ auth }) => auth?.value);
    expect(shown).toEqual(['one alice', 'one alice', 'two alice']);
    await client.close();
  });

  it('[CL10] takes its own name for taken when the answer to the registration was lost', async () => {
    const stage = new Stage();
    const client = stage.client({ register: { user: 'alice', password: 'correct horse' } });
    await stage.pass(1);
    stage.server.isSilent = true;
    await stage.pass(9_000);
    stage.server.isSilent = false;
    stage.server.refusesSignIn = (auth) => (auth?.case === 'registration' ? NAME_TAKEN : null);
    await stage.pass(2_000);
    const auths = stage.server.sent('hello').map(({ auth }) => auth?.case);
    expect(auths).toEqual(['registration', 'registration', 'password']);
    expect(client.connection.get().state).toBe('online');
    await client.close();
  });

  it('[CL10] believes that a name is taken when it is told so at first', async () => {
    const stage = new Stage();
    stage.server.refusesSignIn = () => NAME_TAKEN;
    const client = stage.client({ register: { user: 'alice', password: 'correct horse' } });
    const signedIn = client.signedIn();
    signedIn.catch(() => undefined);
    await stage.pass(100);
    await expect(signedIn).rejects.toMatchObject({ code: 'auth.name_taken' });
    expect(client.connection.get().state).toBe('blocked');
    await client.close();
  });

  it('[CL11] is the same installation in every life of the device, and another on another device', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    await (await stage.online('alice', device)).close();
    await stage.online('alice', device);
    await stage.online('alice');
    const [first, second, third] = stage.server.sent('hello').map(({ installation }) => installation);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('[CL12] ends the session at the server and forgets it here; wiping forgets everything', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const client = await stage.online('alice', device);
    stage.server.say(stage.world.direct('alice', 'bob'), 'bob', 'hello');
    await stage.pass(500);
    await client.signOut({ wipe: true });
    await stage.pass(10);
    expect(stage.server.sent('goodbye')[0]).toMatchObject({ signOut: true });
    const again = stage.client({ session: 'stored' }, device);
    await stage.pass(50);
    expect(again.connection.get()).toMatchObject({ state: 'blocked', error: { code: 'auth.required' } });
    const store = await device.cache.open('alice');
    expect((await store.load()).conversations).toEqual([]);
  });

  it('[CL13] works without storage, and says so in the log', async () => {
    const stage = new Stage();
    const broken: CacheProvider = {
      open: () => Promise.reject(new Error('no storage here')),
      lastUser: () => Promise.resolve(null),
      rememberUser: () => Promise.resolve(),
    };
    const client = await stage.online('alice', new FakeDevice(broken));
    stage.world.user('bob');
    await Promise.all([client.conversations.direct('bob').send('hello').sent, stage.pass(100)]);
    expect(await textsOf(client, '@bob')).toEqual(['hello']);
    expect(stage.logs('error')).toEqual(['nothing is kept: no store']);
    await client.close();
  });

  it('[CL14] tells when another window took the store over, and sends nothing any more', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const first = await stage.online('alice', device);
    const second = await stage.online('alice', device);
    stage.world.direct('alice', 'bob');
    first.conversations.direct('bob').send('from the old window');
    await stage.pass(500);
    expect(first.connection.get()).toMatchObject({
      state: 'blocked',
      error: { code: 'client.store_in_use' },
    });
    expect(second.connection.get().state).toBe('online');
    expect(stage.server.sent('send')).toEqual([]);
    await Promise.all([first.close(), second.close()]);
  });

  it('[CL3] closes with a goodbye and is not followed by anything', async () => {
    const stage = new Stage();
    const client = await stage.online('alice');
    await client.close();
    await stage.pass(600_000);
    expect(stage.server.received.at(-1)?.case).toBe('goodbye');
    expect(stage.server.openedCount).toBe(1);
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('[CL3] pauses and resumes when it is told to', async () => {
    const stage = new Stage();
    const client = await stage.online('alice');
    client.pause();
    await stage.pass(600_000);
    expect(client.connection.get()).toMatchObject({ state: 'offline', reason: 'paused', retryAt: null });
    expect(stage.server.openedCount).toBe(1);
    client.resume();
    await stage.pass(50);
    expect(client.connection.get().state).toBe('online');
    await client.close();
  });

  it('[CL7] connects at once when the platform sees a network, and probes when a person looks again or it is gone', async () => {
    const stage = new Stage();
    stage.server.isReachable = false;
    const client = stage.client({ dev: 'alice' }, new FakeDevice(), { reconnect: () => 3_600_000 });
    await stage.pass(100);
    stage.server.isReachable = true;
    stage.hint('online');
    await stage.pass(50);
    expect(client.connection.get().state).toBe('online');
    stage.hint('visible');
    await stage.pass(50);
    expect(stage.server.sent('probe')).toHaveLength(1);
    stage.hint('offline');
    await stage.pass(50);
    expect(stage.server.sent('probe')).toHaveLength(2);
    await client.close();
  });

  it('[CL7] does not wait for an attempt that began before the network appeared', async () => {
    const stage = new Stage();
    stage.server.isSilent = true;
    const client = stage.client({ dev: 'alice' });
    await stage.pass(3_000);
    stage.server.isSilent = false;
    stage.hint('visible');
    await stage.pass(50);
    expect(client.connection.get().state).toBe('connecting');
    stage.hint('online');
    await stage.pass(50);
    expect(client.connection.get().state).toBe('online');
    expect(stage.server.openedCount).toBe(2);
    await client.close();
  });

  it('[CL15] leaves no timer behind over 100 reconnects', async () => {
    const stage = new Stage();
    const client = await stage.online('alice', new FakeDevice(), {
      heartbeat: heartbeatPolicy('fixed:180s'),
      reconnect: reconnectPolicy('fixed:1s'),
    });
    await stage.pass(10_000);
    const before = stage.clock.pendingCount;
    const counts: number[] = [];
    for (let i = 0; i < 100; i++) {
      stage.server.live?.cut(i % 2 === 0 ? 0 : 4000);
      await stage.pass(10_000);
      counts.push(stage.clock.pendingCount);
      expect(client.connection.get().state).toBe('online');
    }
    expect(stage.server.openedCount).toBe(101);
    expect(new Set(counts)).toEqual(new Set([before]));
    await client.close();
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('[CL6] does not run in circles with a server that drops it right after the login', async () => {
    const stage = new Stage();
    const client = stage.client({ dev: 'alice' });
    for (let i = 0; i < 600; i++) {
      await stage.pass(100);
      stage.server.live?.cut();
    }
    expect(stage.server.openedCount).toBeLessThan(12);
    await client.close();
  });

  it('[HB3] notices a line that is dead and says nothing, and loses nothing over it', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    stage.server.isSilent = true;
    const { sent } = client.conversations.direct('bob').send('into the void');
    await stage.pass(20_000 + 10_000 + 1);
    expect(client.connection.get().state).not.toBe('online');
    stage.server.isSilent = false;
    await stage.pass(15_000);
    expect((await sent).seq).toBe(2);
    expect(await textsOf(client, '@bob')).toEqual(['into the void']);
    await client.close();
  });
});
