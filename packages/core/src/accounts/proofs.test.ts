import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { CoreScene, FakeDirectory, FakeRecordStore, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Proof, type ScramTurn } from './proofs.ts';
import type { SignInDenied } from './sign-in-result.ts';

const PASSWORD = 'a good password';
const PEER = { gateway: 'xmpp', address: '192.0.2.1', isLoopback: false, isSecure: true };
const INSTALLATION = 'installation-of-a-gateway';

let scene: CoreScene;

beforeEach(async () => {
  scene = await CoreScene.open({ limits: { scramIterations: 64 } });
  await scene.core.createUser('ana', PASSWORD);
});
afterEach(() => scene.throwBugs());

describe('SCRAM through the core', () => {
  it('[SA1, SA7] signs in who knows the password, without Hello saying how', async () => {
    const { proof } = proven(await dialogue('ana', PASSWORD));
    const connection = scene.connect();
    await connection.helloProven({ installation: INSTALLATION }, proof);
    expect(connection.welcome.me).toMatchObject({ id: 'ana' });
  });

  it('[SA1] denies who does not', async () => {
    expect(await dialogue('ana', 'another password')).toMatchObject({ code: 'auth.bad_credentials' });
    expect(await dialogue('nobody', PASSWORD)).toMatchObject({ code: 'auth.bad_credentials' });
  });

  it('[SA3] is ready when a password was set, and follows its change', async () => {
    await scene.core.resetPassword('ana', 'the next password');
    expect(await dialogue('ana', PASSWORD)).toMatchObject({ outcome: 'denied' });
    expect(proven(await dialogue('ana', 'the next password')).proof.user.id).toBe('ana');
  });

  it('[SA3] becomes ready for an old account when its password is seen', async () => {
    scene.directory.scrams.clear();
    expect(await dialogue('ana', PASSWORD)).toMatchObject({ outcome: 'denied' });
    expect(await scene.core.proofs.password('ana', PASSWORD, PEER)).toBeInstanceOf(Proof);
    await new Promise(setImmediate);
    expect(proven(await dialogue('ana', PASSWORD)).proof.user.id).toBe('ana');
  });

  it('[SA3] keeps no password and no two verifiers alike', async () => {
    await scene.core.createUser('ben', PASSWORD);
    const [ana = '', ben = ''] = scene.directory.scrams.values();
    expect(ana).toMatch(/^SCRAM-SHA-1\$64:.* SCRAM-SHA-256\$64:/);
    expect(ana).not.toContain(PASSWORD);
    expect(ana.split('$')[1]).not.toBe(ben.split('$')[1]);
  });

  it('[SA4] invents the same salt for an unknown name again, also after a restart', async () => {
    const records = new FakeRecordStore();
    const directory = new FakeDirectory();
    const salts = [];
    for (const seed of [1, 2]) {
      scene = await CoreScene.open({ records, directory, seed, limits: { scramIterations: 64 } });
      for (const name of ['nobody', 'NOBODY', 'nobody else']) salts.push(saltOf(await begin(name)));
    }
    expect(new Set(salts).size).toBe(2);
    expect(salts.slice(0, 3)).toEqual(salts.slice(3));
    expect(salts[0]).toHaveLength(saltOf(await begin('nobody')).length);
  });

  it('[SA5] counts tries together with passwords that were shown', async () => {
    for (let tries = 0; tries < 3; tries++) await dialogue('ana', 'wrong');
    for (let tries = 0; tries < 2; tries++) await scene.core.proofs.password('ana', 'wrong', PEER);
    expect(await dialogue('ana', PASSWORD)).toMatchObject({ close: 'rateLimited' });
    expect(await scene.core.proofs.password('ana', PASSWORD, PEER)).toMatchObject({ close: 'rateLimited' });
  });

  it('[SA2] denies a client that was led to believe that there is no binding', async () => {
    const ask = { hash: 'sha-1', clientFirst: 'y,,n=ana,r=abc', bindings: null } as const;
    const denied = await scene.core.proofs.scram({ ...ask, wasBindingOffered: true }, PEER);
    expect(denied).toMatchObject({ outcome: 'denied' });
    expect(await scene.core.proofs.scram({ ...ask, wasBindingOffered: false }, PEER)).toHaveProperty(
      'finish',
    );
  });

  it('[SA2] takes only the bindings that were offered', async () => {
    const bindings = new Map([['tls-exporter', Uint8Array.of(1)]]);
    const ask = { hash: 'sha-1', bindings, wasBindingOffered: true } as const;
    const first = (flag: string): string => `${flag},,n=ana,r=abc`;
    for (const flag of ['p=tls-unique', 'n', 'y']) {
      expect(await scene.core.proofs.scram({ ...ask, clientFirst: first(flag) }, PEER)).toMatchObject({
        outcome: 'denied',
      });
    }
    expect(
      await scene.core.proofs.scram({ ...ask, clientFirst: first('p=tls-exporter') }, PEER),
    ).toHaveProperty('finish');
  });

  it('[SA7] lets nobody act as somebody else', async () => {
    await scene.core.createUser('ben', PASSWORD);
    expect(await dialogue('ana', PASSWORD, 'a=ben')).toMatchObject({ close: 'notAllowed' });
    expect(proven(await dialogue('ana', PASSWORD, 'a=ana')).proof.user.id).toBe('ana');
  });

  it('[SA7] is worth nothing after the sessions of the user were ended', async () => {
    const { proof } = proven(await dialogue('ana', PASSWORD));
    await scene.core.revokeUser('ana');
    const connection = scene.connect();
    await connection.helloProven({ installation: INSTALLATION }, proof);
    expect(connection.closed).toMatchObject({ reason: 'revoked' });
  });
});

describe('a password shown to a gateway', () => {
  it('[SA6] proves its user', async () => {
    expect(await scene.core.proofs.password('ANA', PASSWORD, PEER)).toMatchObject({ user: { id: 'ana' } });
    expect(await scene.core.proofs.password('ana', 'wrong', PEER)).toMatchObject({ outcome: 'denied' });
  });

  it('[SA6] may be an access token, which signs in the installation it was made for', async () => {
    const device = await scene.arrive('ana');
    const token = device.welcome.tokens?.accessToken ?? '';
    expect(await scene.core.proofs.password('ben', token, PEER)).toMatchObject({ outcome: 'denied' });
    const proof = await scene.core.proofs.password('ana', token, PEER);
    const connection: TestPeer = scene.connect();
    await connection.helloProven({ installation: INSTALLATION }, proof as Proof);
    expect(connection.welcome.device).toBe(device.welcome.device);
  });
});

function begin(user: string, authorization = ''): Promise<ScramTurn | SignInDenied> {
  const clientFirst = `n,${authorization},n=${user},r=abc`;
  return scene.core.proofs.scram(
    { hash: 'sha-256', clientFirst, bindings: null, wasBindingOffered: false },
    PEER,
  );
}

/** What a client does that knows a password. */
async function dialogue(user: string, password: string, authorization = '') {
  const turn = await begin(user, authorization);
  if ('outcome' in turn) return turn;
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(turn.serverFirst) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const binding = Buffer.from(`n,${authorization},`).toString('base64');
  const withoutProof = `c=${binding},r=${nonce}`;
  const signature = hmac(
    createHash('sha256').update(clientKey).digest(),
    `n=${user},r=abc,${turn.serverFirst},${withoutProof}`,
  );
  const proof = clientKey.map((byte, index) => byte ^ signature[index]!);
  return turn.finish(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`);
}

function proven(result: Awaited<ReturnType<typeof dialogue>>): { proof: Proof; serverFinal: string } {
  if ('outcome' in result) throw new Error(result.code);
  return result;
}

function saltOf(turn: ScramTurn | SignInDenied): string {
  return 'outcome' in turn ? '' : (/s=([^,]*)/.exec(turn.serverFirst)?.[1] ?? '');
}
