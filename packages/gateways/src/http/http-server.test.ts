import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { openPort, TestSocket, until } from '../testing/test-port.ts';
import { WebSocketClient } from '../testing/web-socket-client.ts';

const PAGE = '<!doctype html><title>Skein</title>'.padEnd(2_000);
const SECRET = 'outside of the folder';
let folder = '';

beforeAll(async () => {
  const outside = await mkdtemp(join(tmpdir(), 'skein-web-'));
  folder = join(outside, 'dist');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(outside, 'secret.txt'), SECRET);
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(join(folder, 'logo.png'), 'not really a picture');
  await writeFile(join(folder, 'assets', 'index-B1kQ_9xz.js'), 'export {};');
  await symlink(join(outside, 'secret.txt'), join(folder, 'link.txt'));
});

describe('HTTP on the one port', () => {
  it('[GW19] says whether it lives and whether every gateway accepts', async () => {
    let reason: string | null = 'the store is loading';
    const health = { notReadyReason: () => reason, metrics: async () => '' };
    const { url } = await openPort(new FakeCore(), { health });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const before = await fetch(`${url}/readyz`);
    expect([before.status, before.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(await before.json()).toMatchObject({ detail: 'the store is loading' });
    reason = null;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('[GW19] shows metrics to this machine', async () => {
    const { url } = await openPort(new FakeCore());
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('skein_connections 1\n');
  });

  it('[GW20] serves the page, and the page again for any path inside the application', async () => {
    const { url } = await openPort(new FakeCore(), { webFolder: folder });
    for (const path of ['/', '/index.html', '/conversations/3', '/?a=b', '/deep/er']) {
      const response = await fetch(url + path);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toBe(PAGE);
    }
    expect((await fetch(`${url}/missing.js`)).status).toBe(404);
    expect((await fetch(`${url}/logo.png`)).headers.get('content-type')).toBe('image/png');
  });

  it('[GW20] lets hashed files be kept and others be revalidated', async () => {
    const { url } = await openPort(new FakeCore(), { webFolder: folder });
    const asset = await fetch(`${url}/assets/index-B1kQ_9xz.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const page = await fetch(url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const etag = page.headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'If-None-Match': `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('[GW20] compresses what gets smaller for who can read it', async () => {
    const { url } = await openPort(new FakeCore(), { webFolder: folder });
    const zipped = await fetch(url, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(Number(zipped.headers.get('content-length'))).toBeLessThan(200);
    expect(await zipped.text()).toBe(PAGE);
    const plain = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBe(null);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..\\secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//../secret.txt',
    '/link.txt',
    '/secret.txt%00.html',
    '/%c0%ae%c0%ae/secret.txt',
    'http://127.0.0.1/../secret.txt',
  ])('[GW20] leads nowhere outside of the folder: %s', async (path) => {
    const port = await openPort(new FakeCore(), { webFolder: folder });
    const client = await TestSocket.open(port.port);
    client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await until(() => client.isEnded);
    expect(client.text).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(client.text).not.toContain(SECRET);
  });

  it('[GW21] forbids inline code, frames and guessing on every answer', async () => {
    const { url } = await openPort(new FakeCore(), { webFolder: folder });
    for (const path of ['/', '/livez', '/missing.png', '/assets/index-B1kQ_9xz.js', '/ws']) {
      const { headers } = await fetch(url + path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('[GW22] answers HEAD like GET without a body', async () => {
    const { url } = await openPort(new FakeCore(), { webFolder: folder });
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it('[GW22] refuses other methods and other paths with a problem', async () => {
    const { url } = await openPort(new FakeCore());
    const posted = await fetch(url, { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(posted.headers.get('content-type')).toBe('application/problem+json');
    const missing = await fetch(`${url}/nothing.txt`);
    expect(await missing.json()).toMatchObject({ status: 404, title: 'Not Found' });
    expect((await fetch(`${url}/ws`)).status).toBe(426);
    const client = await WebSocketClient.open(await openPort(new FakeCore()), { path: '/elsewhere' });
    await until(() => client.refusedWith === 404);
  });

  it('[GW22] ends a request whose headers are too large or take too long', async () => {
    const port = await openPort(new FakeCore({ httpHeadersTimeoutMs: 100 }));
    const large = await TestSocket.open(port.port);
    large.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    await until(() => large.isEnded || large.isClosed);
    expect(large.text).toMatch(/^HTTP\/1\.1 431 /);
    const slow = await TestSocket.open(port.port);
    slow.write('GET / HTTP/1.1\r\nHost:');
    await until(() => slow.isEnded || slow.isClosed, 5_000);
    expect(slow.text).toMatch(/^HTTP\/1\.1 408 /);
    await until(() => port.socketCount === 0);
  });

  it('[GW12] survives any bytes after a method', async () => {
    const port = await openPort(new FakeCore(), { webFolder: folder });
    for (let round = 0; round < 100; round++) {
      const client = await TestSocket.open(port.port);
      client.write('GET ');
      client.write(Uint8Array.from({ length: 80 }, (_, index) => (round * 7919 + index * index * 31) & 0xff));
      client.socket.end();
    }
    expect((await fetch(port.url)).status).toBe(200);
    expect(port.bugs).toEqual([]);
  });

  it('[GW23] echoes only under the test flag', async () => {
    const without = await WebSocketClient.open(await openPort(new FakeCore()), { path: '/echo' });
    await until(() => without.refusedWith === 404);
    const port = await openPort(new FakeCore(), { isEchoServed: true });
    const client = await WebSocketClient.open(port, { path: '/echo', subprotocol: null });
    client.webSocket.send('你好');
    client.webSocket.send(Uint8Array.of(1, 2, 3));
    await until(() => client.messages.length === 2);
    expect(client.messages).toEqual([
      { bytes: Buffer.from('你好'), isBinary: false },
      { bytes: Buffer.from([1, 2, 3]), isBinary: true },
    ]);
  });
});
