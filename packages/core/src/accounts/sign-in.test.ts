import { type Directory, StoreUnavailableError } from '@skein/core';
import type { HelloInit } from '@skein/protocol';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PASSWORD = 'two gentlemen';
const PHONE = 'installation-of-the-phone';
const LAPTOP = 'installation-of-the-laptop';

describe('sign-in', () => {
  let scene: CoreScene;
  let processes = 1;

  beforeEach(async () => {
    scene = await CoreScene.open({ isDevelopment: false });
    await scene.core.createUser('ana', PASSWORD, 'Ana');
  });

  afterEach(() => scene.throwBugs());

  it('[AC1] keeps no token in readable form', async () => {
    const ana = await withPassword('ana', PASSWORD);
    const kept = JSON.stringify([...scene.directory.sessions.values()]);
    expect(ana.tokens.accessToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(kept).not.toContain(ana.tokens.accessToken);
    expect(kept).not.toContain(ana.tokens.refreshToken);
  });

  it('[AC2] signs in with an access token, without new tokens, until it expires', async () => {
    const { accessToken, accessExpiresMs } = (await withPassword('ana', PASSWORD)).tokens;
    const again = await withAuth({ case: 'accessToken', value: accessToken });
    expect(again.welcome).toMatchObject({ me: { id: 'ana' }, device: 1, tokens: undefined });
    scene.clock.jumpWall(accessExpiresMs - scene.clock.nowMs());
    expect(await denialOf({ case: 'accessToken', value: accessToken })).toEqual({
      reason: 'tokenExpired',
      detail: 'auth.token_expired',
    });
  });

  it('[AC2] takes an unknown access token for one that was replaced', async () => {
    expect((await denialOf({ case: 'accessToken', value: 'made up' }))?.reason).toBe('tokenExpired');
  });

  it('[SS6] closes a live connection when its access token expires, not when it was refreshed', async () => {
    const [stale, fresh] = [
      await withPassword('ana', PASSWORD, PHONE),
      await withPassword('ana', PASSWORD, LAPTOP),
    ];
    scene.clock.jumpWall(scene.limits.accessTokenMs / 2);
    const { refreshToken } = fresh.tokens;
    const answer = await fresh.ask({ case: 'refreshSession', value: { refreshToken } });
    expect(answer.case).toBe('tokens');
    scene.clock.jumpWall(scene.limits.accessTokenMs / 2);
    scene.clock.advance(scene.limits.sweepIntervalMs);
    expect(stale.closed?.reason).toBe('tokenExpired');
    expect(fresh.closed).toBeNull();
  });

  it('[AC4] answers the same whether the user is unknown or the password wrong', async () => {
    const wrong = await denialOf(password('ana', 'wrong'));
    const unknown = await denialOf(password('nobody', 'wrong'));
    expect(wrong).toEqual({ reason: 'badCredentials', detail: 'auth.bad_credentials' });
    expect(unknown).toEqual(wrong);
  });

  it('[AC5] stops looking after five wrong passwords within a minute, for this account from this address', async () => {
    for (let time = 0; time < 5; time++) await denialOf(password('ana', 'wrong'));
    expect(await denialOf(password('ANA', PASSWORD))).toEqual({
      reason: 'rateLimited',
      detail: 'auth.too_many_attempts',
    });
    const elsewhere = scene.connect({ address: '10.0.0.9' });
    await elsewhere.hello({ auth: password('ana', PASSWORD) });
    expect(elsewhere.connection.isSignedIn).toBe(true);
    scene.clock.advance(60_000);
    expect((await withPassword('ana', PASSWORD)).connection.isSignedIn).toBe(true);
  });

  it('[AC5] gives nobody new tries by a restart, and keeps nothing of it for longer than it counts', async () => {
    for (let time = 0; time < 5; time++) await denialOf(password('ana', 'wrong'));
    await denialOf(password('nobody', 'wrong'));
    await restart();
    expect((await denialOf(password('ana', PASSWORD)))?.reason).toBe('rateLimited');
    expect((await denialOf(password('nobody', 'wrong')))?.reason).toBe('badCredentials');
    expect(scene.records.spaces.get('failed-sign-ins')?.size).toBe(2);
    scene.clock.advance(60_000);
    await restart();
    expect((await withPassword('ana', PASSWORD)).connection.isSignedIn).toBe(true);
    await denialOf(password('nobody', 'wrong'));
    expect(scene.records.spaces.get('failed-sign-ins')?.size).toBe(1);
  });

  it('[AC5] forgives in the store too, and writes nothing for who is right at once', async () => {
    await withPassword('ana', PASSWORD);
    expect(scene.records.spaces.get('failed-sign-ins')).toBeUndefined();
    await denialOf(password('ana', 'wrong'));
    await withPassword('ana', PASSWORD);
    expect(scene.records.spaces.get('failed-sign-ins')?.size).toBe(0);
  });

  it('[AC5] slows guessing down also while nothing can be stored', async () => {
    scene.records.before = () => {
      throw new StoreUnavailableError('asked to fail');
    };
    for (let time = 0; time < 5; time++) {
      expect((await denialOf(password('ana', 'wrong')))?.reason).toBe('badCredentials');
    }
    expect((await denialOf(password('ana', PASSWORD)))?.reason).toBe('rateLimited');
  });

  it('[AC5] counts tries that are made at once', async () => {
    const peers = Array.from({ length: 8 }, () => scene.connect());
    await Promise.all(peers.map((peer) => peer.hello({ auth: password('ana', 'wrong') })));
    const reasons = peers.map((peer) => peer.closed?.reason);
    expect(reasons.filter((reason) => reason === 'badCredentials')).toHaveLength(5);
    expect(reasons.filter((reason) => reason === 'rateLimited')).toHaveLength(3);
  });

  it('[AC6] exchanges a refresh token for new tokens, once', async () => {
    const first = await withPassword('ana', PASSWORD);
    const second = await withRefresh(first.tokens.refreshToken);
    expect(second.tokens.refreshToken).not.toBe(first.tokens.refreshToken);
    expect(await denialOf({ case: 'accessToken', value: first.tokens.accessToken })).toMatchObject({
      reason: 'tokenExpired',
    });
    expect((await withRefresh(second.tokens.refreshToken)).connection.isSignedIn).toBe(true);
  });

  it('[AC6] ends the session, live connections too, when a used refresh token is offered again', async () => {
    const first = await withPassword('ana', PASSWORD);
    const second = await withRefresh(first.tokens.refreshToken);
    expect(await denialOf({ case: 'refreshToken', value: first.tokens.refreshToken })).toEqual({
      reason: 'revoked',
      detail: 'auth.revoked',
    });
    expect([first.closed?.reason, second.closed?.reason]).toEqual(['revoked', 'revoked']);
    expect(scene.directory.sessions.size).toBe(0);
  });

  it('[AC6] exchanges a token that is offered twice at once for one of the two', async () => {
    const { refreshToken } = (await withPassword('ana', PASSWORD)).tokens;
    const [one, other] = [scene.connect(), scene.connect()];
    const auth = { case: 'refreshToken', value: refreshToken } as const;
    await Promise.all([one.hello({ auth }), other.hello({ auth })]);
    expect([one.closed?.reason, other.closed?.reason]).toContain('revoked');
    expect(scene.directory.sessions.size).toBe(0);
  });

  it('[AC6] refuses an expired refresh token', async () => {
    const { refreshToken } = (await withPassword('ana', PASSWORD)).tokens;
    scene.clock.jumpWall(scene.limits.refreshTokenMs);
    expect(await denialOf({ case: 'refreshToken', value: refreshToken })).toEqual({
      reason: 'badCredentials',
      detail: 'auth.token_expired',
    });
  });

  it('[AC7] takes the exchanged token once more when the answer may be lost', async () => {
    const first = await withPassword('ana', PASSWORD);
    const lost = await withRefresh(first.tokens.refreshToken);
    lost.cut();
    const retry = await withRefresh(first.tokens.refreshToken);
    expect(retry.connection.isSignedIn).toBe(true);
    retry.say({ case: 'probe', value: { id: 1 } });
    retry.cut();
    expect((await denialOf({ case: 'refreshToken', value: first.tokens.refreshToken }))?.reason).toBe(
      'revoked',
    );
  });

  it('[AC7] takes it no more once the new tokens were shown', async () => {
    const first = await withPassword('ana', PASSWORD);
    const second = await withRefresh(first.tokens.refreshToken);
    second.cut();
    await withAuth({ case: 'accessToken', value: second.tokens.accessToken });
    expect((await denialOf({ case: 'refreshToken', value: first.tokens.refreshToken }))?.reason).toBe(
      'revoked',
    );
  });

  it('[AC7] takes it after a restart too, as often as the answer is lost with the server', async () => {
    const { refreshToken } = (await withPassword('ana', PASSWORD)).tokens;
    await withRefresh(refreshToken);
    for (let crash = 1; crash <= 3; crash++) {
      await restart();
      expect((await withRefresh(refreshToken)).connection.isSignedIn).toBe(true);
    }
  });

  it('[AC6] ends the session after a restart when an older token comes back, or one whose successor was shown', async () => {
    const first = (await withPassword('ana', PASSWORD)).tokens;
    const second = (await withRefresh(first.refreshToken)).tokens;
    const third = (await withRefresh(second.refreshToken)).tokens;
    await restart();
    expect((await denialOf({ case: 'refreshToken', value: first.refreshToken }))?.reason).toBe('revoked');
    expect((await denialOf({ case: 'refreshToken', value: third.refreshToken }))?.reason).not.toBe(undefined);

    const other = (await withPassword('ana', PASSWORD)).tokens;
    const newest = (await withRefresh(other.refreshToken)).tokens;
    await restart();
    await withAuth({ case: 'accessToken', value: newest.accessToken });
    expect((await denialOf({ case: 'refreshToken', value: other.refreshToken }))?.reason).toBe('revoked');
  });

  it('[AC8] refuses tokens of another installation, and ends a session whose refresh token was copied', async () => {
    const { accessToken, refreshToken } = (await withPassword('ana', PASSWORD, PHONE)).tokens;
    expect((await denialOf({ case: 'accessToken', value: accessToken }, LAPTOP))?.reason).toBe(
      'badCredentials',
    );
    expect((await denialOf({ case: 'refreshToken', value: refreshToken }, LAPTOP))?.reason).toBe(
      'badCredentials',
    );
    expect(scene.directory.sessions.size).toBe(0);
  });

  it('[AC9] signs nobody in by name outside of development', async () => {
    expect(await denialOf({ case: 'dev', value: 'ana' })).toEqual({
      reason: 'notAllowed',
      detail: 'auth.dev_disabled',
    });
  });

  it('[AC13] admits so many devices, and those it knows again', async () => {
    scene = await CoreScene.open({ isDevelopment: false, limits: { devicesPerUserMax: 1 } });
    await scene.core.createUser('ana', PASSWORD);
    await withPassword('ana', PASSWORD, PHONE);
    expect(await denialOf(password('ana', PASSWORD), LAPTOP)).toEqual({
      reason: 'notAllowed',
      detail: 'limit.too_many_devices',
    });
    expect((await withPassword('ana', PASSWORD, PHONE)).welcome.device).toBe(1);
  });

  it('[RQ9] sends who can not be checked away for a while', async () => {
    scene.directory.fail();
    expect(await denialOf(password('ana', PASSWORD))).toEqual({
      reason: 'overloaded',
      detail: 'server.storage_unavailable',
    });
  });

  it('[AC10] lets nobody in whose sessions end while the directory is asked', async () => {
    const { accessToken } = (await withPassword('ana', PASSWORD)).tokens;
    const release = holdBack('listDevices');
    const late = scene.connect();
    await late.hello({ auth: { case: 'accessToken', value: accessToken }, installation: PHONE });
    scene.directory.heal();
    await scene.core.revokeUser('ana');
    release();
    await settle();
    expect(late.connection.isSignedIn).toBe(false);
    expect(late.closed?.reason).toBe('revoked');
  });

  it('[AC10] leaves no session that was begun before and stored after', async () => {
    const release = holdBack('putSession');
    const late = scene.connect();
    await late.hello({ auth: password('ana', PASSWORD), installation: PHONE });
    scene.directory.heal();
    await scene.core.resetPassword('ana', 'another password');
    release();
    await settle();
    expect(late.closed?.reason).toBe('revoked');
    expect(scene.directory.sessions.size).toBe(0);
  });

  it('[AC19] lets a device in while another one of the user signs out', async () => {
    const laptop = await withPassword('ana', PASSWORD, LAPTOP);
    const release = holdBack('putSession');
    const phone = scene.connect();
    await phone.hello({ auth: password('ana', PASSWORD), installation: PHONE });
    laptop.say({ case: 'goodbye', value: { signOut: true } });
    await settle();
    release();
    await settle();
    expect(phone.closed).toBeNull();
    expect(phone.connection.isSignedIn).toBe(true);
  });

  /** The next call of this name waits until it is released. */
  function holdBack(held: keyof Directory): () => void {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    scene.directory.before = (call) => (call === held ? released : undefined);
    return release;
  }

  async function withAuth(auth: HelloInit['auth'], installation = PHONE): Promise<TestPeer> {
    const peer = scene.connect();
    await peer.hello({ auth, installation });
    return peer;
  }

  /** The same data under a new process, which remembers nothing else. */
  async function restart(): Promise<void> {
    const { store, directory, records, clock } = scene;
    const data = { store, directory, records, clock };
    scene = await CoreScene.open({ isDevelopment: false, ...data, seed: ++processes });
  }

  function withPassword(user: string, word: string, installation = PHONE): Promise<TestPeer> {
    return withAuth(password(user, word), installation);
  }

  function withRefresh(refreshToken: string): Promise<TestPeer> {
    return withAuth({ case: 'refreshToken', value: refreshToken });
  }

  async function denialOf(auth: HelloInit['auth'], installation = PHONE): Promise<TestPeer['closed']> {
    const peer = await withAuth(auth, installation);
    expect(peer.told).toEqual([]);
    return peer.closed;
  }
});

function password(user: string, word: string): NonNullable<HelloInit['auth']> {
  return { case: 'password', value: { user, password: word } };
}
