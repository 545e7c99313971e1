import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CoreScene } from '@skein/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpPerson } from '../../testing/http-person.ts';
import { openPort } from '../../testing/test-port.ts';
import { openApiDocument } from './document.ts';

const run = promisify(execFile);
const REDOCLY = new URL('../../../../../node_modules/.bin/redocly', import.meta.url).pathname;

describe('the description of HTTP', () => {
  it('[HT16] is sound to a linter that is not ours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skein-openapi-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApiDocument()));
    // It would look for a newer version of itself.
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await run(REDOCLY, ['lint', 'openapi.json', '--format', 'json'], { cwd: folder, env });
    const { totals } = JSON.parse(stdout) as { totals: { errors: number; warnings: number } };
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  }, 30_000);

  it('[HT16] names every operation once, with what may go wrong', () => {
    const operations = Object.values(openApiDocument().paths).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { responses } of operations) {
      expect(Object.keys(responses as object)).toEqual(expect.arrayContaining(['200', '400', '429', '503']));
    }
  });

  it('[HT16] is served, as a document and as a page', async () => {
    const port = await openPort((await CoreScene.open()).core);
    const { body } = await HttpPerson.stranger(port).asks('/openapi.json');
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    const page = await fetch(`${port.url}/api`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('<code>/rpc/skein.v1.Messages/Send</code>');
    expect(html).not.toMatch(/<script|style=|https?:\/\//);
    const anchors = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target);
    expect((await fetch(`${port.url}/api/style.css`)).headers.get('content-type')).toMatch(/^text\/css/);
  });

  it.each(['/openapi.json', '/api', '/api/style.css'])('[HT16] is told only once: %s', async (path) => {
    const allowedOrigins = ['https://chat.example'];
    const port = await openPort((await CoreScene.open()).core, { allowedOrigins });
    const first = await fetch(port.url + path, { headers: { Origin: 'https://chat.example' } });
    const length = (await first.arrayBuffer()).byteLength;
    expect(first.headers.get('vary')).toBe('Accept-Encoding, Origin');
    expect(first.headers.get('access-control-allow-origin')).toBe('https://chat.example');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(port.url + path, {
      headers: { 'If-None-Match': first.headers.get('etag') ?? '' },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await fetch(port.url + path, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(length)]);
    const wrong = await fetch(port.url + path, { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});
