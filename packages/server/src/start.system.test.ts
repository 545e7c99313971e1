import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JsonPeer } from './testing/json-peer.ts';
import { runSkein, SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const ANY_PORT = ['--port', '0'];

describe('skein start', () => {
  it('[OP2] prints the ready line when everything behind it is true, within 5 s', async () => {
    using folder = temporaryFolder();
    const startedAtMs = performance.now();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { url, pid, port } = await server.ready();
    const tookMs = performance.now() - startedAtMs;
    console.log(`start to ready line: ${tookMs.toFixed(0)} ms`);
    expect(tookMs).toBeLessThan(5_000);
    expect(pid).toBe(server.pid);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    using peer = await JsonPeer.signIn(url, register('rosalind'));
    expect(peer.welcome).toMatchObject({ durability: 'fsync', me: { id: 'rosalind' } });
  });

  it('[OP1] refuses data that another server holds, and names it', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    await server.ready();
    const second = await runSkein({ folder: folder.path, args: ANY_PORT });
    expect(second.code).toBe(5);
    expect(second.stderr).toContain(String(server.pid));
    expect(second.stdout).not.toContain('ready');
  });

  it('[OP11] says which port is taken', async () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { port } = await server.ready();
    const second = await runSkein({ folder: other.path, args: ['--port', String(port)] });
    expect(second.code).toBe(5);
    expect(second.stderr).toContain(`port ${port}`);
  });

  it('[CF1] takes its settings from file, environment and flags', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'skein.toml'), '[server]\nname = "Arden"\n[data]\nfolder = "elsewhere"');
    const env = { SKEIN__LISTEN__UNIX: 'arden.sock' };
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT, env });
    const { url } = await server.ready();
    using peer = await JsonPeer.signIn(url, register('celia'));
    expect(peer.welcome).toMatchObject({ server: 'Arden' });
    const answer = await ask(join(folder.path, 'arden.sock'), 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('[CF2] refuses a bad file with place, expectation and suggestion', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'skein.toml'), '[listen]\nhots = "127.0.0.1"\nport = "x"');
    const { code, stderr } = await runSkein({ folder: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('skein.toml:2:1: there is no setting "listen.hots"; did you mean listen.host?');
    expect(stderr).toContain('skein.toml:3:1: listen.port must be a port from 0 to 65535, not "x"');
  });

  it('[CF5] refuses development sign-in on a reachable address', async () => {
    using folder = temporaryFolder();
    const args = [...ANY_PORT, '--development', '--host', '0.0.0.0'];
    const { code, stderr } = await runSkein({ folder: folder.path, args });
    expect(code).toBe(2);
    expect(stderr).toContain('development_exposed');
  });

  it('[CF6] echoes only in development, never in production', async () => {
    using folder = temporaryFolder();
    const args = [...ANY_PORT, '--development', '--testing-echo'];
    const refused = await runSkein({ folder: folder.path, args, env: { NODE_ENV: 'production' } });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('testing.echo');
    await using server = new SkeinProcess({ folder: folder.path, args });
    const { url } = await server.ready();
    expect(await echo(`${url.replace('http', 'ws')}/echo`, '鸿雁')).toBe('鸿雁');
  });

  it('warns loudly that the memory store forgets', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: [...ANY_PORT, '--store', 'memory'] });
    await server.ready();
    expect(server.stdout).toContain('MEMORY STORE');
    expect(server.stderr).toContain('"level":"warn"');
  });

  it('greets in Chinese where the locale is Chinese', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({
      folder: folder.path,
      args: ANY_PORT,
      env: { LANG: 'zh_CN.UTF-8' },
    });
    await server.ready();
    expect(server.stdout).toContain('正在监听');
  });

  it('[OP7] tells its metrics', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ANY_PORT });
    const { url } = await server.ready();
    using peer = await JsonPeer.signIn(url, register('touchstone'));
    expect(typeof peer.welcome).toBe('object');
    const page = await (await fetch(`${url}/metrics`)).text();
    for (const name of [
      'skein_connections{gateway="websocket"} 1',
      'skein_queued_bytes 0',
      'skein_connections_cut_total{reason="stalled"} 0',
      'skein_commit_seconds_count ',
      'skein_sends_acknowledged_total 0',
      'skein_entries_stored_total 0',
      'skein_delivered_markers_total 0',
      'skein_deliveries_pending 0',
      'skein_sign_ins_total 1',
    ]) {
      expect(page).toContain(name);
    }
  });
});

function register(user: string) {
  return { case: 'registration', value: { user, password: 'as you like it', name: user } } as const;
}

function ask(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(question));
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString());
    });
  });
}

function echo(url: string, text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => socket.send(text));
    socket.addEventListener('error', () => reject(new Error(`no echo at ${url}`)));
    socket.addEventListener('message', ({ data }) => {
      socket.close();
      resolve(data);
    });
  });
}
