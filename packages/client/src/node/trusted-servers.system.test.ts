import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { CertificateAuthority, selfSignedCertificate, type TestCertificate } from '@skein/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import { createClient } from './index.ts';

const PATIENCE_MS = 60_000;
const REFUSALS = 2;
const WAYS = ['tls', 'https'] as const;

describe('a server over TLS', () => {
  const machines = getCACertificates('default');
  const ours = new CertificateAuthority('the authority of this test');
  setDefaultCACertificates([...machines, ours.cert]);
  afterAll(() => setDefaultCACertificates(machines));

  it.each(WAYS)(
    '[CL19] is spoken to when its certificate is for its name, by an authority that is trusted: %s',
    async (scheme) => {
      await using place = await serve(ours.issue({ hosts: ['localhost'] }));
      await using client = place.meet(scheme);
      await client.connection.until(({ state }) => state === 'online');
    },
    PATIENCE_MS,
  );

  const certificates: readonly [string, () => TestCertificate][] = [
    ['nobody vouches for', selfSignedCertificate],
    ['is for another name', () => ours.issue({ hosts: ['chat.example.org'] })],
    ['is by an authority nobody trusts', () => new CertificateAuthority('?').issue({ hosts: ['localhost'] })],
    ['has expired', () => ours.issue({ hosts: ['localhost'], from: new Date('2020-01-01'), days: 1 })],
  ];
  it.each(certificates.flatMap(([what, make]) => WAYS.map((scheme) => ({ what, make, scheme }))))(
    '[CL19] is not spoken to when its certificate $what: $scheme',
    async ({ make, scheme }) => {
      await using place = await serve(make());
      await using client = place.meet(scheme);
      const came = await client.connection.until(
        (now) => now.state === 'online' || (now.state === 'offline' && now.attempt >= REFUSALS),
      );
      expect(came.state).toBe('offline');
    },
    PATIENCE_MS,
  );

  it('[CL19] gets a certificate for a network at home from one command', async () => {
    using folder = temporaryFolder();
    const tool = join(import.meta.dirname, '../../../../tools/certificate/main.ts');
    execFileSync(process.execPath, [tool, 'localhost', '127.0.0.1', '::1', '--out', folder.path]);
    expect(() =>
      execFileSync(process.execPath, [tool, 'again', '--out', folder.path], { stdio: 'pipe' }),
    ).toThrow('EEXIST');
  });
});

async function serve({ cert, key }: TestCertificate) {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'cert.pem'), cert);
  writeFileSync(join(folder.path, 'key.pem'), key);
  const files = ['cert', 'key'].flatMap((name) => ['--set', `listen.tls.${name}_file=${name}.pem`]);
  const server = new SkeinProcess({
    folder: folder.path,
    args: ['start', '--port', '0', '--development', ...files],
  });
  const { port } = await server.ready();
  return {
    server,
    meet: (scheme: string): Client =>
      createClient({ url: `${scheme}://localhost:${port}`, auth: { dev: 'ana' } }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
