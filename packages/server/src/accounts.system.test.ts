import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CLOSE_CODE } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { JsonPeer } from './testing/json-peer.ts';
import { runSkein, SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const PASSWORD = 'as you like it';
const ANY_PORT = ['--port', '0'];
const [BAD_CREDENTIALS, RATE_LIMITED] = [CLOSE_CODE.badCredentials, CLOSE_CODE.rateLimited];

describe('accounts from the command line', () => {
  it('[OP5] are the same before and while the server runs', async () => {
    using folder = temporaryFolder();
    const skein = (...args: string[]) => runSkein({ folder: folder.path, args });
    expect((await skein('user', 'add', 'rosalind', PASSWORD)).code).toBe(0);
    const again = await skein('user', 'add', 'Rosalind', PASSWORD);
    expect([again.code, again.stderr.includes('auth.name_taken')]).toEqual([5, true]);

    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { url } = await server.ready();
    expect((await skein('user', 'add', 'celia', PASSWORD)).code).toBe(0);
    expect((await skein('user', 'add', 'celia', PASSWORD)).code).toBe(5);
    for (const user of ['rosalind', 'celia']) {
      using peer = await JsonPeer.signIn(url, { case: 'password', value: { user, password: PASSWORD } });
      expect(peer.welcome).toMatchObject({ me: { id: user } });
    }
    const listed = await skein('user', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { number: 1, id: 'rosalind' },
      { number: 2, id: 'celia' },
    ]);
    server.kill('SIGTERM');
    await server.exited;
    expect((await skein('user', 'list', '--json')).stdout).toBe(listed.stdout);
  });

  it('[OP11] end with a code that says why', async () => {
    using folder = temporaryFolder();
    const codeOf = async (...args: string[]) => (await runSkein({ folder: folder.path, args })).code;
    expect(await codeOf('user', 'add', '1bad', PASSWORD)).toBe(2);
    expect(await codeOf('user', 'add', 'audrey', 'short')).toBe(2);
    expect(await codeOf('user', 'password', 'nobody', PASSWORD)).toBe(3);
    expect(await codeOf('user', 'list', '--store', 'memory')).toBe(2);
  });

  it('take a password from standard input, and a new one signs out', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { url } = await server.ready();
    const added = await runSkein({
      folder: folder.path,
      args: ['user', 'add', 'phebe'],
      input: `${PASSWORD}\n`,
    });
    expect(added).toMatchObject({ code: 0, stdout: 'phebe added\n' });
    using peer = await JsonPeer.signIn(url, {
      case: 'password',
      value: { user: 'phebe', password: PASSWORD },
    });
    expect(peer.welcome).toMatchObject({ me: { id: 'phebe' } });
    const changed = await runSkein({
      folder: folder.path,
      args: ['user', 'password', 'phebe', 'another one'],
    });
    expect(changed.code).toBe(0);
    expect(await peer.closed).toBe(4201);
    using old = await JsonPeer.signIn(url, {
      case: 'password',
      value: { user: 'phebe', password: PASSWORD },
    });
    expect(old.welcome).toBe(4202);
  });

  it('[OP9] are guarded against guessing through a kill and a restart', async () => {
    using folder = temporaryFolder();
    await runSkein({ folder: folder.path, args: ['user', 'add', 'orlando', PASSWORD] });
    const guess = async (url: string, password: string) => {
      using peer = await JsonPeer.signIn(url, { case: 'password', value: { user: 'orlando', password } });
      return peer.welcome;
    };
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { url } = await server.ready();
    for (let time = 0; time < 5; time++) expect(await guess(url, 'a wrong guess')).toBe(BAD_CREDENTIALS);
    server.kill('SIGKILL');
    await server.exited;
    await using next = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    expect(await guess((await next.ready()).url, PASSWORD)).toBe(RATE_LIMITED);
  });

  it('[OP6] are changed over a socket that only the own user can open', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    await server.ready();
    const { mode } = statSync(join(folder.path, 'skein-data', 'admin.sock'));
    expect((mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(folder.path, 'skein-data')).mode & 0o777).toString(8)).toBe('700');
  });
});

describe('registration', () => {
  it('[CF7] is open on loopback', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { url } = await server.ready();
    using peer = await register(url, 'silvius');
    expect(peer.welcome).toMatchObject({ me: { id: 'silvius' } });
  });

  it('[CF7] is by invitation where other machines can connect; an invitation makes one account', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: [...ANY_PORT, '--host', '0.0.0.0'] });
    const { url } = await server.ready();
    using stranger = await register(url, 'silvius');
    expect(typeof stranger.welcome).toBe('number');
    const { stdout } = await runSkein({ folder: folder.path, args: ['invite', 'create'] });
    using guest = await register(url, 'silvius', stdout.trim());
    expect(guest.welcome).toMatchObject({ me: { id: 'silvius' } });
    using second = await register(url, 'corin', stdout.trim());
    expect(typeof second.welcome).toBe('number');
  });
});

function register(url: string, user: string, invitation = '') {
  return JsonPeer.signIn(url, {
    case: 'registration',
    value: { user, password: PASSWORD, name: user, invitation },
  });
}
