import type { IdentityVerifier, VerifiedIdentity } from '@skein/core';
import { CoreScene, type CoreSceneOptions, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PHONE = 'installation-of-the-phone';
const LAPTOP = 'installation-of-the-laptop';
const HOUR_MS = 3_600_000;

/** Believes what a test wrote into it; a token is a name in the form of a JWS. */
class TrustedBackend implements IdentityVerifier {
  readonly #statements = new Map<string, VerifiedIdentity>();

  sign(statement: Partial<VerifiedIdentity> & { expiresAtMs: number }): string {
    const token = `header.statement-${this.#statements.size}.signature`;
    this.#statements.set(token, { id: 'rosalind', name: '', notBeforeMs: 0, ...statement });
    return token;
  }

  verify(token: string): VerifiedIdentity | null {
    return this.#statements.get(token) ?? null;
  }
}

describe('people another system vouches for', () => {
  let backend: TrustedBackend;
  let scene: CoreScene;

  beforeEach(async () => {
    backend = new TrustedBackend();
    scene = await opened();
  });

  afterEach(() => scene.throwBugs());

  it('[AC14] are signed in for as long as their token holds, and no longer', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    const peer = await show(token);
    expect(peer.welcome).toMatchObject({ me: { id: 'rosalind' }, device: 1, tokens: undefined });
    pass(HOUR_MS - 1);
    expect(peer.closed).toBeNull();
    pass(1);
    expect(peer.closed?.reason).toBe('tokenExpired');
    expect((await show(token)).closed).toEqual({ reason: 'tokenExpired', detail: 'auth.token_expired' });
  });

  it('[AC14] go on as the same device with a later token', async () => {
    const first = await show(sign({ expiresAtMs: inMs(HOUR_MS) }));
    pass(HOUR_MS);
    const second = await show(sign({ expiresAtMs: inMs(HOUR_MS) }));
    expect(second.welcome).toMatchObject({ device: first.welcome.device });
    const other = await show(sign({ expiresAtMs: inMs(HOUR_MS) }), LAPTOP);
    expect(other.welcome).toMatchObject({ device: 2, me: { number: 1 } });
  });

  it('[AC14] come back with the same token without a new session, on any of their devices', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    const phone = (await show(token)).welcome;
    const laptop = (await show(token, LAPTOP)).welcome;
    expect((await show(token)).welcome.session).toBe(phone.session);
    expect((await show(token, LAPTOP)).welcome.session).toBe(laptop.session);
    expect(phone.session).not.toBe(laptop.session);
    expect(JSON.stringify([...scene.directory.sessions.values()])).not.toContain(token);
  });

  it('[AC14] get no refresh token, and what they show is none', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    await show(token);
    for (const value of [token, `${PHONE} ${token}`]) {
      const peer = scene.connect();
      await peer.hello({ auth: { case: 'refreshToken', value }, installation: PHONE });
      expect(peer.closed?.reason).toBe('revoked');
    }
    expect(scene.directory.sessions.size).toBe(1);
  });

  it('[AC15] are refused where nobody vouches, or somebody else does', async () => {
    const refused = { reason: 'tokenExpired', detail: 'auth.bad_credentials' };
    expect((await show('not.signed.here')).closed).toEqual(refused);
    scene = await CoreScene.open({ isDevelopment: false });
    expect((await show(sign({ expiresAtMs: inMs(HOUR_MS) }))).closed).toEqual(refused);
    expect(scene.directory.users).toEqual([]);
  });

  it.each(['', '1rosalind', 'rosa lind', 'r'.repeat(65), '罗莎'])(
    '[AC15] need an id that is one: %j',
    async (id) => {
      expect((await show(sign({ id, expiresAtMs: inMs(HOUR_MS) }))).closed).toEqual({
        reason: 'badCredentials',
        detail: 'auth.name_invalid',
      });
      expect(scene.directory.users).toEqual([]);
    },
  );

  it('[AC15] are vouched for at most so far ahead, by a clock that is a little off', async () => {
    const { identityTokenMs, clockSkewMs } = scene.limits;
    const tooFar = { reason: 'badCredentials', detail: 'request.invalid' };
    const farthest = inMs(identityTokenMs + clockSkewMs);
    expect((await show(sign({ expiresAtMs: farthest + 1 }))).closed).toEqual(tooFar);
    expect((await show(sign({ expiresAtMs: Number.POSITIVE_INFINITY }))).closed).toEqual(tooFar);
    expect((await show(sign({ expiresAtMs: farthest }))).connection.isSignedIn).toBe(true);
    const early = { notBeforeMs: inMs(clockSkewMs + 1), expiresAtMs: inMs(HOUR_MS) };
    expect((await show(sign(early))).closed).toEqual(tooFar);
    const ahead = { notBeforeMs: inMs(clockSkewMs), expiresAtMs: inMs(HOUR_MS) };
    expect((await show(sign(ahead))).connection.isSignedIn).toBe(true);
  });

  it('[AC16] are made on demand where registration is closed, without a password', async () => {
    const peer = await show(sign({ name: ' 罗莎琳 🌿 ', expiresAtMs: inMs(HOUR_MS) }));
    expect(peer.welcome.me).toMatchObject({ id: 'rosalind', name: '罗莎琳 🌿' });
    expect((await scene.directory.findCredentials('rosalind'))?.passwordHash).toBeNull();
    expect((await show(sign({ id: 'celia', expiresAtMs: inMs(HOUR_MS) }))).welcome.me?.name).toBe('celia');
  });

  it('[AC16] have the name that the latest token says', async () => {
    const hour = { expiresAtMs: inMs(HOUR_MS) };
    await show(sign({ name: 'Rosalind', ...hour }));
    expect((await show(sign({ name: 'Ganymede', ...hour }))).welcome.me?.name).toBe('Ganymede');
    expect((await show(sign(hour))).welcome.me?.name).toBe('Ganymede');
    expect(scene.directory.users[0]?.name).toBe('Ganymede');
    const long = '长'.repeat(scene.limits.nameCharactersMax + 9);
    const peer = await show(sign({ name: long, ...hour }));
    expect(Array.from(peer.welcome.me?.name ?? '')).toHaveLength(scene.limits.nameCharactersMax);
  });

  it('[AC16] are not taken for somebody whose id looks alike', async () => {
    await show(sign({ expiresAtMs: inMs(HOUR_MS) }));
    expect((await show(sign({ id: 'Rosalind', expiresAtMs: inMs(HOUR_MS) }))).closed).toEqual({
      reason: 'badCredentials',
      detail: 'auth.name_taken',
    });
  });

  it('[AC16] become one user when two of their devices come first at once', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    const peers = await Promise.all([show(token), show(token, LAPTOP)]);
    expect(peers.map(({ welcome }) => welcome.me?.number)).toEqual([1, 1]);
  });

  it('[AC17] are out with their token when a device is revoked, and in with the next', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    const peer = await show(token);
    await scene.core.revokeUser('rosalind');
    expect(peer.closed?.reason).toBe('revoked');
    expect((await show(token)).closed).toEqual({ reason: 'revoked', detail: 'auth.revoked' });
    expect((await show(sign({ expiresAtMs: inMs(HOUR_MS) }))).connection.isSignedIn).toBe(true);
  });

  it('[AC17] stay out with their token after a restart, as long as it would hold and no longer', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    await show(token);
    await scene.core.revokeUser('rosalind');
    await restart();
    expect((await show(token)).closed).toEqual({ reason: 'revoked', detail: 'auth.revoked' });
    expect(scene.records.spaces.get('revoked-identities')?.size).toBe(1);
    scene.clock.jumpWall(HOUR_MS);
    await restart();
    await show(sign({ expiresAtMs: inMs(HOUR_MS) }));
    await scene.core.revokeUser('rosalind');
    expect(scene.records.spaces.get('revoked-identities')?.size).toBe(1);
  });

  it('[AC18] stay connected by a later token that is offered in time, and live by that one', async () => {
    const peer = await show(sign({ expiresAtMs: inMs(HOUR_MS) }));
    pass(HOUR_MS / 2);
    const later = sign({ expiresAtMs: inMs(HOUR_MS) });
    const value = { refreshToken: later };
    expect(await peer.ask({ case: 'refreshSession', value })).toMatchObject({
      case: 'tokens',
      value: { accessToken: later, accessExpiresMs: inMs(HOUR_MS) },
    });
    pass(HOUR_MS / 2);
    expect(peer.closed).toBeNull();
    pass(HOUR_MS / 2);
    expect(peer.closed?.reason).toBe('tokenExpired');
  });

  it('[AC18] are not renewed by a token of another, an expired or a revoked one', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    const gone = await show(token);
    await scene.core.revokeUser('rosalind');
    expect(gone.closed?.reason).toBe('revoked');
    const peer = await show(sign({ expiresAtMs: inMs(HOUR_MS) }));
    const offered = [
      [sign({ id: 'celia', expiresAtMs: inMs(HOUR_MS) }), 'auth.bad_credentials'],
      [sign({ expiresAtMs: inMs(-1) }), 'auth.token_expired'],
      [token, 'auth.revoked'],
      ['nobody.signed.this', 'auth.bad_credentials'],
    ] as const;
    for (const [refreshToken, code] of offered) {
      const answer = await peer.ask({ case: 'refreshSession', value: { refreshToken } });
      expect(answer).toMatchObject({ case: 'failure', value: { code } });
    }
    expect(peer.closed).toBeNull();
  });

  it('[AC17] may sign out and in again with the same token', async () => {
    const token = sign({ expiresAtMs: inMs(HOUR_MS) });
    const peer = await show(token);
    peer.say({ case: 'goodbye', value: { signOut: true } });
    await settle();
    expect(peer.closed?.reason).toBe('signedOut');
    expect((await show(token)).connection.isSignedIn).toBe(true);
  });

  function opened(of: CoreSceneOptions = {}): Promise<CoreScene> {
    return CoreScene.open({
      isDevelopment: false,
      registration: 'closed',
      identityVerifier: backend,
      ...of,
    });
  }

  async function restart(): Promise<void> {
    const { directory, records, clock } = scene;
    scene = await opened({ store: scene.store.reopen(), directory, records, clock, seed: 2 });
  }

  function sign(statement: Partial<VerifiedIdentity> & { expiresAtMs: number }): string {
    return backend.sign(statement);
  }

  async function show(token: string, installation = PHONE): Promise<TestPeer> {
    const peer = scene.connect();
    await peer.hello({ auth: { case: 'accessToken', value: token }, installation });
    return peer;
  }

  function inMs(durationMs: number): number {
    return scene.clock.nowMs() + durationMs;
  }

  /** Time goes by, and the sweep looks; nobody is silent for too long. */
  function pass(durationMs: number): void {
    const { sweepIntervalMs } = scene.limits;
    scene.clock.jumpWall(durationMs - sweepIntervalMs);
    scene.clock.advance(sweepIntervalMs);
  }
});
