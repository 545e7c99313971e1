import { CoreScene, type TestPeer } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

const OLD = 'the old password';
const NEW = 'the new password';

describe('account requests', () => {
  let scene: CoreScene;
  let phone: TestPeer;
  let laptop: TestPeer;

  beforeEach(async () => {
    scene = await CoreScene.open();
    await scene.core.createUser('ana', OLD);
    phone = await signIn('installation-of-the-phone', OLD);
    laptop = await signIn('installation-of-the-laptop', OLD);
  });

  it('[AC10] lists the own devices and signs one of them out at once', async () => {
    laptop.cut();
    const listed = await phone.ask({ case: 'listDevices', value: {} });
    expect(listed).toMatchObject({
      case: 'devices',
      value: {
        devices: [
          { number: 1, kind: 'test', online: true, current: true },
          { number: 2, online: false, current: false },
        ],
      },
    });
    const again = await signIn('installation-of-the-laptop', OLD);
    phone.say({ case: 'request', value: { id: 99, ask: { case: 'revokeDevice', value: { device: 2 } } } });
    await scene.clock.advanceSettled(0);
    expect(phone.last('response')).toMatchObject({ id: 99, answer: { case: 'done' } });
    expect(again.closed?.reason).toBe('revoked');
    expect(phone.closed).toBeNull();
  });

  it('[AC10] tells nothing about devices of others', async () => {
    const ben = await scene.arrive('ben');
    const device = phone.welcome.device;
    const answer = await ben.ask({ case: 'revokeDevice', value: { device } });
    expect(answer).toMatchObject({ case: 'failure', value: { code: 'request.invalid' } });
    expect(await ben.ask({ case: 'revokeDevice', value: { device: 4_711 } })).toEqual(answer);
    expect(phone.closed).toBeNull();
  });

  it('[AC11] forgets a connection that says goodbye, and keeps its session', async () => {
    phone.say({ case: 'goodbye', value: {} });
    expect(phone.closed?.reason).toBe('goodbye');
    expect(scene.directory.sessions.size).toBe(2);
  });

  it('[AC11] signs the device out, on its other connections too', async () => {
    const tab = await signIn('installation-of-the-phone', OLD);
    phone.say({ case: 'goodbye', value: { signOut: true } });
    await scene.clock.advanceSettled(0);
    expect([phone.closed?.reason, tab.closed?.reason]).toEqual(['signedOut', 'signedOut']);
    expect(laptop.closed).toBeNull();
    expect(scene.directory.sessions.size).toBe(1);
  });

  it('[AC12] changes the password for whoever knows it, and ends the other sessions', async () => {
    const wrong = await change('not the password', NEW);
    expect(wrong).toMatchObject({ case: 'failure', value: { code: 'auth.bad_credentials' } });
    expect(await change(OLD, 'weak')).toMatchObject({
      case: 'failure',
      value: { code: 'auth.password_weak' },
    });
    expect(laptop.closed).toBeNull();

    expect(await change(OLD, NEW)).toMatchObject({ case: 'done' });
    expect(phone.closed).toBeNull();
    expect(laptop.closed?.reason).toBe('revoked');
    const late = await signIn('installation-of-the-laptop', OLD);
    expect(late.closed?.reason).toBe('badCredentials');
    expect((await signIn('installation-of-the-laptop', NEW)).connection.isSignedIn).toBe(true);
  });

  it('[AC12] slows guessing the old password down', async () => {
    for (let time = 0; time < 5; time++) await change('guess', NEW);
    expect(await change(OLD, NEW)).toMatchObject({
      case: 'failure',
      value: { code: 'auth.too_many_attempts', retryAfterMs: 60_000 },
    });
  });

  it('[AC6] refuses the refresh token of another device, and ends its session', async () => {
    const { refreshToken } = laptop.tokens;
    expect(await phone.ask({ case: 'refreshSession', value: { refreshToken } })).toMatchObject({
      case: 'failure',
      value: { code: 'auth.bad_credentials' },
    });
    expect(laptop.closed?.reason).toBe('revoked');
    expect(phone.closed).toBeNull();
  });

  it('[AC6] ends this session when its refresh token is used a second time', async () => {
    const { refreshToken } = phone.tokens;
    const first = await phone.ask({ case: 'refreshSession', value: { refreshToken } });
    expect(first.case).toBe('tokens');
    phone.say({
      case: 'request',
      value: { id: 7, ask: { case: 'refreshSession', value: { refreshToken } } },
    });
    await scene.clock.advanceSettled(0);
    expect(phone.closed?.reason).toBe('revoked');
  });

  it('[AC3] makes invitations for others', async () => {
    const answer = await phone.ask({ case: 'createInvitation', value: {} });
    expect(answer).toMatchObject({
      case: 'invitation',
      value: { code: expect.stringMatching(/^[\w-]{14}$/) },
    });
    expect(scene.directory.invitations.size).toBe(1);
  });

  it('[AC10] lets the operator reset a password and end all sessions', async () => {
    expect(await scene.core.resetPassword('nobody', NEW)).toMatchObject({ code: 'user.not_found' });
    expect(await scene.core.resetPassword('ana', NEW)).toMatchObject({ id: 'ana' });
    expect([phone.closed?.reason, laptop.closed?.reason]).toEqual(['revoked', 'revoked']);
    expect((await signIn('installation-of-the-phone', NEW)).connection.isSignedIn).toBe(true);
  });

  async function signIn(installation: string, password: string): Promise<TestPeer> {
    const peer = scene.connect();
    const auth = { case: 'password', value: { user: 'ana', password } } as const;
    await peer.hello({ auth, installation, deviceKind: 'test' });
    return peer;
  }

  function change(oldPassword: string, newPassword: string): ReturnType<TestPeer['ask']> {
    return phone.ask({ case: 'changePassword', value: { oldPassword, newPassword } });
  }
});
