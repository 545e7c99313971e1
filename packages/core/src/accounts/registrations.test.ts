import type { RegistrationPolicy } from '@skein/core';
import { assert, refuse } from '@skein/model';
import type { RegistrationInit } from '@skein/protocol';
import { CoreScene, type TestPeer } from '@skein/testkit';
import { describe, expect, it } from 'vitest';

const PASSWORD = 'as you like it';

describe('registration', () => {
  it('[AC3] is open to anyone where it is open', async () => {
    const scene = await opened('open');
    const peer = await register(scene, { user: 'rosalind', name: 'Rosalind 🌿' });
    expect(peer.welcome.me).toMatchObject({ id: 'rosalind', name: 'Rosalind 🌿' });
    expect((await register(scene, { user: 'celia' })).welcome.me).toMatchObject({ name: 'celia' });
  });

  it('[AC3] is closed to everyone where it is closed, whatever they bring', async () => {
    const scene = await opened('closed');
    const code = await invitationOf(scene);
    const peer = await register(scene, { user: 'rosalind', invitation: code });
    expect(peer.closed).toEqual({ reason: 'notAllowed', detail: 'auth.registration_closed' });
  });

  it('[AC3] takes an invitation once', async () => {
    const scene = await opened('invitation');
    const invitation = await invitationOf(scene);
    expect((await register(scene, { user: 'ana' })).closed?.detail).toBe('auth.registration_closed');
    expect((await register(scene, { user: 'ana', invitation: 'no' })).closed?.detail).toBe(
      'auth.invite_invalid',
    );
    expect((await register(scene, { user: 'ana', invitation })).connection.isSignedIn).toBe(true);
    expect((await register(scene, { user: 'ben', invitation })).closed?.detail).toBe('auth.invite_invalid');
  });

  it('[AC3] does not use an invitation up for a wish that is refused', async () => {
    const scene = await opened('invitation');
    const invitation = await invitationOf(scene);
    await scene.core.createUser('ana', PASSWORD);
    expect((await register(scene, { user: 'Ana', invitation })).closed?.detail).toBe('auth.name_taken');
    expect((await register(scene, { user: 'ben', invitation })).connection.isSignedIn).toBe(true);
  });

  it('[AC3] takes no invitation that has expired', async () => {
    const scene = await opened('invitation');
    const invitation = await invitationOf(scene);
    scene.clock.jumpWall(scene.limits.invitationMs);
    expect((await register(scene, { user: 'ana', invitation })).closed?.detail).toBe('auth.invite_invalid');
  });

  it('[AC3] lets nobody guess invitations', async () => {
    const scene = await opened('invitation');
    for (let time = 0; time < 5; time++) await register(scene, { user: 'ana', invitation: `guess ${time}` });
    expect((await register(scene, { user: 'ana', invitation: 'another' })).closed).toEqual({
      reason: 'rateLimited',
      detail: 'auth.too_many_attempts',
    });
  });

  it('[AC3] forgives typing an invitation wrong to whoever has one', async () => {
    const scene = await opened('invitation');
    for (const user of ['ana', 'ben']) {
      for (let time = 0; time < 4; time++) await register(scene, { user, invitation: `guess ${time}` });
      const peer = await register(scene, { user, invitation: await invitationOf(scene) });
      expect(peer.connection.isSignedIn).toBe(true);
    }
  });

  it('[AC3] makes accounts for the operator under any policy', async () => {
    const scene = await opened('closed');
    expect(await scene.core.createUser('ana', PASSWORD)).toMatchObject({ id: 'ana', name: 'ana' });
    expect(await scene.core.createUser('ANA', PASSWORD)).toEqual(refuse('auth.name_taken'));
    expect(await scene.core.createUser('4na', PASSWORD)).toEqual(refuse('auth.name_invalid'));
    expect(await scene.core.createUser('ben', 'short')).toEqual(refuse('auth.password_weak', { limit: 8 }));
    expect(await scene.core.createUser('ben', '密'.repeat(400))).toEqual(
      refuse('request.invalid', { limit: 1_024 }),
    );
    expect(await scene.core.createUser('ben', PASSWORD, 'x'.repeat(65))).toMatchObject({
      code: 'request.invalid',
    });
    scene.directory.fail();
    expect(await scene.core.createUser('ben', PASSWORD)).toEqual(refuse('server.storage_unavailable'));
  });

  async function opened(registration: RegistrationPolicy): Promise<CoreScene> {
    return CoreScene.open({ registration, isDevelopment: false });
  }

  async function register(scene: CoreScene, wish: RegistrationInit): Promise<TestPeer> {
    const peer = scene.connect();
    await peer.hello({ auth: { case: 'registration', value: { password: PASSWORD, ...wish } } });
    return peer;
  }

  async function invitationOf(scene: CoreScene): Promise<string> {
    const invitation = await scene.core.createInvitation();
    assert(!('outcome' in invitation), 'the scene can store invitations');
    return invitation.code;
  }
});
