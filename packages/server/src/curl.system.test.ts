import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeNeeding, pathOf } from '@skein/needs';
import { selfSignedCertificate } from '@skein/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const CURL = pathOf('curl') ?? 'curl';
const run = promisify(execFile);

const TOML = '[listen]\nport = 0\n[listen.tls]\ncert_file = "cert.pem"\nkey_file = "key.pem"\n';

type Json = Record<string, unknown>;

describeNeeding('curl', 'two people with nothing but curl', () => {
  const folder = temporaryFolder();
  let server: SkeinProcess;
  let url = '';
  let port = 0;

  beforeAll(async () => {
    const { cert, key } = selfSignedCertificate();
    writeFileSync(join(folder.path, 'cert.pem'), cert);
    writeFileSync(join(folder.path, 'key.pem'), key);
    writeFileSync(join(folder.path, 'skein.toml'), TOML);
    server = new SkeinProcess({ folder: folder.path, args: ['--config', 'skein.toml', '--development'] });
    ({ port } = await server.ready());
    url = `http://127.0.0.1:${port}`;
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('[HT1, HT5] register, send once what is sent twice, and read', async () => {
    const rosalind = await register('rosalind');
    await register('celia');
    const conversation = await direct(rosalind, 'celia');
    const send = ['-H', 'Idempotency-Key: letter-1', '-d', JSON.stringify({ conversation, text: '你好' })];
    const first = await call(rosalind, 'Messages/Send', send);
    expect(await call(rosalind, 'Messages/Send', send)).toEqual(first);
    const page = await call(rosalind, 'Messages/History', ['-d', JSON.stringify({ conversation })]);
    expect(page['entries']).toMatchObject([{ member: {} }, { seq: first['seq'], content: { text: '你好' } }]);
  });

  it('[HT10] wait with a long poll', async () => {
    const alice = await register('alice');
    const bob = await register('bob');
    const conversation = await direct(alice, 'bob');
    const { cursor } = await curl(bob, '/v1/poll');
    const parked = curl(bob, `/v1/poll?cursor=${cursor as string}&wait=20`);
    await call(alice, 'Messages/Send', ['-d', JSON.stringify({ conversation, text: 'are you there?' })]);
    expect(JSON.stringify(await parked)).toContain('are you there?');
  });

  it('[HT13] listen to events', async () => {
    const orlando = await register('orlando');
    const oliver = await register('oliver');
    const conversation = await direct(orlando, 'oliver');
    const stream = spawn(CURL, ['-sN', `${url}/v1/events`, '-H', `Authorization: Bearer ${oliver}`]);
    let heard = '';
    stream.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
    await seen(() => heard.includes('event: changes'));
    await call(orlando, 'Messages/Send', ['-d', JSON.stringify({ conversation, text: 'brother' })]);
    await seen(() => /event: push\ndata: \{.*"text":"brother"/.test(heard));
    stream.kill();
  });

  it('[HT17] speak HTTP/2 inside TLS', async () => {
    const { stdout } = await run(CURL, [
      '-sk',
      '--http2',
      '-o',
      '/dev/null',
      '-w',
      '%{http_version} %{http_code}',
      `https://127.0.0.1:${port}/openapi.json`,
    ]);
    expect(stdout).toBe('2 200');
  });

  it('[HT2] are told what is wrong in the words of the standard', async () => {
    const { stdout } = await run(CURL, ['-si', '-X', 'POST', `${url}/rpc/skein.v1.Devices/List`]);
    expect(stdout).toMatch(/^HTTP\/1\.1 401 /);
    expect(stdout).toMatch(/^content-type: application\/problem\+json\r$/im);
    expect(stdout).toContain('"code":"auth.required"');
  });

  async function register(user: string): Promise<string> {
    const ask = JSON.stringify({ registration: { user, password: 'as you like it' } });
    const { tokens } = await call('', 'Accounts/SignIn', ['-d', ask]);
    return (tokens as { accessToken: string }).accessToken;
  }

  async function direct(token: string, user: string): Promise<number> {
    const { conversation } = await call(token, 'Conversations/CreateDirect', [
      '-d',
      JSON.stringify({ user }),
    ]);
    return conversation as number;
  }

  function call(token: string, procedure: string, args: readonly string[]): Promise<Json> {
    return curl(token, `/rpc/skein.v1.${procedure}`, ['-H', 'Content-Type: application/json', ...args]);
  }

  async function curl(token: string, path: string, args: readonly string[] = []): Promise<Json> {
    const who = token === '' ? [] : ['-H', `Authorization: Bearer ${token}`];
    const { stdout } = await run(CURL, ['-sS', '--fail-with-body', `${url}${path}`, ...who, ...args]);
    return JSON.parse(stdout) as Json;
  }
});

async function seen(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not seen: ${condition.toString()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
