import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@skein/client';
import { configWith, type RunningServer, startServer } from '@skein/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** An application with users of its own needs nothing but their ids: what docs/operations.md says of it is run here. */
const ROOT = join(import.meta.dirname, '..');
const KEY = 'the key of the test, long enough for HS256';
const KEY_FILE = { SKEIN__ACCOUNTS__EXTERNAL_KEY_FILE: 'skein.key' };
const run = promisify(execFile);

let server: RunningServer;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-own-backend-'));
  writeFileSync(join(folder, 'skein.key'), `${KEY}\n`);
  const settings = {
    'listen.port': 0,
    'data.store': 'memory',
    'log.level': 'silent',
    'accounts.external_key': KEY,
  } as const;
  server = await startServer(configWith(settings));
  url = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

describe('a backend of one’s own', () => {
  it('signs people in with the ten lines of the operations page', async () => {
    const page = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
    const code = /```js\n([\s\S]*?createHmac[\s\S]*?)```/.exec(page)?.[1] ?? '';
    writeFileSync(join(folder, 'mint.mjs'), code);
    const { stdout } = await run(process.execPath, ['mint.mjs'], { cwd: folder });
    const client = createClient({ url, auth: { user: 'rosalind', token: stdout.trim() } });
    const me = await client.signedIn();
    expect(me).toMatchObject({ id: 'rosalind', name: '罗莎琳' });
    await client.close();
  });

  it('is asked for another token when the last one has expired, and nothing is lost meanwhile', async () => {
    const given: string[] = [];
    const token = async (): Promise<string> => {
      // 3 s: longer than what counts as a stable connection, short enough to wait for.
      given.push(await mint('celia', '3s'));
      return given.at(-1) ?? '';
    };
    const client = createClient({ url, auth: { user: 'celia', token } });
    await client.signedIn();
    const before = await client.devices.list();
    await client.connection.until(({ state }) => state !== 'online');
    const sending = client.conversations.direct('rosalind').send('still here');
    expect((await sending.sent).state).toBe('sent');
    expect(given.length).toBeGreaterThanOrEqual(2);
    expect((await client.devices.list()).map(({ number }) => number)).toEqual(
      before.map(({ number }) => number),
    );
    await client.close();
  }, 20_000);

  it('is not replaced by anybody who signs with another key', async () => {
    const forged = await mint('rosalind', '1h', { SKEIN__ACCOUNTS__EXTERNAL_KEY: `${KEY}!` });
    const client = createClient({ url, auth: { user: 'rosalind', token: forged } });
    await expect(client.signedIn()).rejects.toMatchObject({ code: expect.stringMatching(/^auth\./) });
    await client.close();
  });

  it('has to be there: without a key the command says what is missing', async () => {
    await expect(mint('rosalind', '1h', {})).rejects.toMatchObject({ code: 2 });
    await expect(mint('1bad', '1h')).rejects.toMatchObject({ code: 2 });
    await expect(mint('rosalind', '25h')).rejects.toMatchObject({ code: 2 });
  });

  /** What `skein token mint` prints. */
  async function mint(user: string, ttl: string, env: Record<string, string> = KEY_FILE): Promise<string> {
    const main = join(ROOT, 'packages', 'server', 'src', 'main.ts');
    const { stdout } = await run(process.execPath, [main, 'token', 'mint', user, '--ttl', ttl], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
    });
    return stdout.trim();
  }
});
