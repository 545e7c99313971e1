import { writeFileSync } from 'node:fs';
import { connect as connectPlainly } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { selfSignedCertificate } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const TOML = '[listen]\nport = 0\n[listen.tls]\ncert_file = "cert.pem"\nkey_file = "key.pem"\n';

describe('TLS', () => {
  it('shares the port with plain text, and takes a renewed certificate on SIGHUP', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'skein.toml'), TOML);
    writeCertificate(folder.path, 'before');
    await using server = new SkeinProcess({ folder: folder.path });
    const { url, port } = await server.ready();
    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect(await askOverTls(port)).toEqual({ name: 'before', answer: 'HTTP/1.1 200 OK' });
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

    writeCertificate(folder.path, 'after');
    server.kill('SIGHUP');
    await server.logged('"msg":"configuration read again"');
    expect(await askOverTls(port)).toEqual({ name: 'after', answer: 'HTTP/1.1 200 OK' });
  });

  it('[CF9] has ports of their own for protocols that want one', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'skein.toml'), TOML.replace('port = 0', 'port = 0\nhttps = 0\nmqtt = 0'));
    writeCertificate(folder.path, 'usual');
    await using server = new SkeinProcess({ folder: folder.path });
    await server.ready();
    const [, mqtt, https] = /port=\d+ mqtt=(\d+) https=(\d+)$/m.exec(server.stdout) ?? [];
    expect(Number(mqtt)).toBeGreaterThan(0);
    expect(await askOverTls(Number(https))).toEqual({ name: 'usual', answer: 'HTTP/1.1 200 OK' });
    await expect(fetch(`http://127.0.0.1:${https}/readyz`)).rejects.toThrow();
  });

  it('[CF9] believes the proxies it was told of, and lets nobody through them be this machine', async () => {
    using folder = temporaryFolder();
    const args = ['--port', '0', '--set', 'listen.proxies=127.0.0.1'];
    await using server = new SkeinProcess({ folder: folder.path, args: ['start', ...args] });
    const { port } = await server.ready();
    expect(await askPlainly(port, '')).toBe('HTTP/1.1 200 OK');
    const header = 'PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n';
    expect(await askPlainly(port, header)).toBe('HTTP/1.1 404 Not Found');
  });

  it('goes on with the old certificate when the new one is broken', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'skein.toml'), TOML);
    writeCertificate(folder.path, 'good');
    await using server = new SkeinProcess({ folder: folder.path });
    const { port } = await server.ready();
    writeFileSync(join(folder.path, 'cert.pem'), 'not a certificate');
    server.kill('SIGHUP');
    await server.logged('"msg":"configuration not applied"');
    await sleep(100);
    expect(await askOverTls(port)).toEqual({ name: 'good', answer: 'HTTP/1.1 200 OK' });
  });
});

/** Asks for /metrics, which this machine alone may see; how the answer begins. */
function askPlainly(port: number, before: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectPlainly({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(`${before}GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n`));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString().split('\r\n')[0]);
    });
  });
}

function writeCertificate(folder: string, name: string): void {
  const { cert, key } = selfSignedCertificate(name);
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
}

/** Asks for /readyz; what the certificate says and how the answer begins. */
function askOverTls(port: number): Promise<{ name: unknown; answer: string | undefined }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    socket.once('data', (bytes) => {
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      resolve({ name, answer: bytes.toString().split('\r\n')[0] });
    });
  });
}
