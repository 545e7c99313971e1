import type { Limits } from '@skein/model';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { HttpPerson } from '../../testing/http-person.ts';
import { openPort, until } from '../../testing/test-port.ts';

const INSTALLATION = 'installation-of-curl';

describe('seats', () => {
  it('[HT3] are shared by the requests of one token, and cost no sign-in each', async () => {
    const { scene, alice } = await open();
    const signIns = scene.core.counters.signIns;
    for (let round = 0; round < 10; round++) await alice.calls('Devices/List');
    expect(scene.core.counters.signIns).toBe(signIns);
    expect(scene.core.connectionCount).toBe(1);
  });

  it('[HT3] are given up when nobody asks any more, and made again by the token', async () => {
    const { scene, alice } = await open({ httpSeatIdleMs: 40, sweepIntervalMs: 10 });
    await until(() => scene.core.connectionCount === 0);
    expect((await alice.calls('Devices/List')).status).toBe(200);
    expect(scene.core.connectionCount).toBe(1);
  });

  it('[HT3] are at most httpSeatsMax, the last ones used', async () => {
    const { scene, port, alice } = await open({ httpSeatsMax: 2 });
    const people = [alice];
    for (const name of ['bob', 'carol', 'dave']) people.push(await HttpPerson.arrive(port, name));
    await until(() => scene.core.connectionCount === 2);
    for (const person of people) expect((await person.calls('Devices/List')).status).toBe(200);
    await until(() => scene.core.connectionCount === 2);
  });

  it("[HT3] take nobody else's place once their session has ended", async () => {
    const { scene, port, alice } = await open({ httpSeatsMax: 3 });
    const bob = await HttpPerson.arrive(port, 'bob');
    for (let round = 0; round < 3; round++) {
      await HttpPerson.arrive(port, 'bob', { installation: 'installation-of-a-phone' });
      const { body } = await bob.calls('Devices/List');
      const devices = body['devices'] as { number: number; current?: boolean }[];
      const device = devices.find(({ current }) => current !== true)?.number;
      expect((await bob.calls('Devices/Revoke', { device })).status).toBe(200);
    }
    const { signIns } = scene.core.counters;
    expect((await alice.calls('Devices/List')).status).toBe(200);
    expect(scene.core.counters.signIns).toBe(signIns);
  });

  it('[HT3] end with their session, at once', async () => {
    const { scene, port, alice } = await open();
    const phone = await HttpPerson.arrive(port, 'alice', { installation: 'installation-of-a-phone' });
    const { body } = await alice.calls('Devices/List');
    const devices = body['devices'] as { number: number; current?: boolean }[];
    const other = devices.find(({ current }) => current !== true)?.number;
    expect((await alice.calls('Devices/Revoke', { device: other })).status).toBe(200);
    const told = await phone.calls('Devices/List');
    expect([told.status, told.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(scene.core.connectionCount).toBe(1);
    expect((await alice.calls('Accounts/SignOut')).status).toBe(200);
    expect((await alice.calls('Devices/List')).status).toBe(401);
    expect(scene.core.connectionCount).toBe(0);
  });

  it('[HT3] tell a request under way that the core is stopping', async () => {
    const { scene, alice } = await open();
    const closing = scene.core.drain();
    const told = await alice.calls('Devices/List');
    expect([told.status, told.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    await closing;
  });

  it('[HT27] spread in time those whom they cannot take', async () => {
    const { alice } = await open({ httpSeatsMax: 0 });
    const waits = new Set<number>();
    for (let index = 0; index < 20; index++) {
      const told = await alice.calls('Devices/List');
      const waitMs = told.body['retryAfterMs'] as number;
      expect([told.status, told.headers.get('retry-after')]).toEqual([503, `${Math.ceil(waitMs / 1_000)}`]);
      expect(waitMs).toBeGreaterThanOrEqual(1_000);
      expect(waitMs).toBeLessThan(9_000);
      waits.add(waitMs);
    }
    // Two that are the same are likely enough; twenty are not.
    expect(waits.size).toBeGreaterThan(10);
  });

  it('[HT21] pass a will on when nobody asks any more, once', async () => {
    const { wills, willing } = await openWills({ httpSeatIdleMs: 40, sweepIntervalMs: 10 });
    await willing();
    await until(() => wills().length > 0);
    expect(wills()).toMatchObject([{ user: 1, text: 'I fell silent', will: true }]);
  });

  it('[HT21] keep a will to themselves when the server ends them, or their user signs out', async () => {
    const { scene, port, wills, willing } = await openWills({ httpSeatsMax: 2 });
    const { person } = await willing();
    expect((await person.calls('Accounts/SignOut')).status).toBe(200);
    await willing();
    for (const name of ['carol', 'dave', 'emil']) await HttpPerson.arrive(port, name);
    await until(() => scene.core.connectionCount === 3);
    await willing();
    await port.close();
    await until(() => scene.core.connectionCount === 1);
    expect(wills()).toEqual([]);
  });

  it('[HT21] have no will any more once it was taken back', async () => {
    const { scene, wills, willing } = await openWills({ httpSeatIdleMs: 200, sweepIntervalMs: 10 });
    const { person } = await willing();
    expect((await person.calls('Messages/SetWill')).status).toBe(200);
    await until(() => scene.core.connectionCount === 1);
    expect(wills()).toEqual([]);
  });

  it('[HT22] say that a session is gone when it is, and not when it could not be stored', async () => {
    const { scene, alice } = await open();
    const { before } = scene.directory;
    scene.directory.fail();
    const failed = await alice.calls('Accounts/SignOut');
    expect([failed.status, failed.body['code']]).toEqual([503, 'server.storage_unavailable']);
    scene.directory.before = before;
    expect((await alice.calls('Devices/List')).status).toBe(200);
    expect((await alice.calls('Accounts/SignOut')).body).toEqual({});
    expect((await alice.calls('Devices/List')).status).toBe(401);
  });

  it('[HT4] carry their installation in the token: elsewhere it is worth nothing', async () => {
    const { port, alice } = await open();
    const token = alice.token.slice(INSTALLATION.length + 1);
    expect(alice.token.startsWith(`${INSTALLATION}.`)).toBe(true);
    for (const stolen of [`installation-of-a-thief.${token}`, token, `${INSTALLATION}.`, 'x']) {
      const told = await HttpPerson.stranger(port, stolen).calls('Devices/List');
      expect(told.status).toBe(401);
    }
  });

  it('[HT4] are devices of their own where no installation is named', async () => {
    const { port, alice } = await open();
    await HttpPerson.arrive(port, 'alice');
    await HttpPerson.arrive(port, 'alice');
    expect((await alice.calls('Devices/List')).body['devices']).toHaveLength(3);
  });

  it('[HT4] go on with the tokens that a refresh token brings, once', async () => {
    const { port, scene } = await open();
    const { body } = await HttpPerson.stranger(port).calls('Accounts/SignIn', { dev: 'bob' });
    const { refreshToken } = body['tokens'] as { refreshToken: string };
    const stranger = HttpPerson.stranger(port);
    const renewed = await stranger.calls('Accounts/Refresh', { refreshToken });
    const { accessToken } = renewed.body['tokens'] as { accessToken: string };
    const bob = HttpPerson.stranger(port, accessToken);
    expect((await bob.calls('Devices/List')).status).toBe(200);
    scene.clock.advance(20_000);
    expect((await bob.calls('Devices/List')).status).toBe(200);
    const again = await stranger.calls('Accounts/Refresh', { refreshToken });
    expect([again.status, again.body['code']]).toEqual([401, 'auth.revoked']);
    expect((await bob.calls('Devices/List')).status).toBe(401);
  });

  it('[HT4] are made for who knows the password', async () => {
    const { port } = await open();
    const stranger = HttpPerson.stranger(port);
    const registration = { user: 'eve', password: 'correct horse' };
    expect((await stranger.calls('Accounts/SignIn', { registration })).status).toBe(200);
    expect((await stranger.calls('Accounts/SignIn', { registration })).status).toBe(409);
    const wrong = await stranger.calls('Accounts/SignIn', { password: { user: 'eve', password: 'wrong' } });
    expect([wrong.status, wrong.body['code']]).toEqual([401, 'auth.bad_credentials']);
    expect((await stranger.calls('Accounts/SignIn', { password: registration })).status).toBe(200);
  });
});

/** Alice over HTTP, who leaves a will for bob; he is there all the time. */
async function openWills(limits: Partial<Limits>) {
  const scene = await CoreScene.open({ limits });
  const port = await openPort(scene.core);
  const willing = async () => {
    const person = await HttpPerson.arrive(port, 'alice');
    const conversation = await person.direct('bob');
    const told = await person.calls('Messages/SetWill', { conversation, text: 'I fell silent' });
    expect([told.status, told.body]).toEqual([200, {}]);
    return { person };
  };
  await HttpPerson.arrive(port, 'alice');
  const bob = await scene.arrive('bob');
  return { scene, port, willing, wills: () => bob.all('transient') };
}

async function open(limits: Partial<Limits> = {}) {
  const scene = await CoreScene.open({ limits });
  const port = await openPort(scene.core);
  const alice = await HttpPerson.arrive(port, 'alice', { installation: INSTALLATION });
  return { scene, port, alice };
}
