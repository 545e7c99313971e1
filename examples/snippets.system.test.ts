import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configWith, type RunningServer, startServer } from '@skein/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What the docs tell people to run is run here, against a real server. */
const ROOT = join(import.meta.dirname, '..');
const PAGES = ['README.md', 'docs/sdk.md'];
const run = promisify(execFile);

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  const settings = {
    'listen.port': 0,
    'data.store': 'memory',
    'log.level': 'silent',
    development: true,
  } as const;
  server = await startServer(configWith(settings));
  // Inside of the repository, so that imports find the packages as an application's would.
  folder = mkdtempSync(join(ROOT, 'examples', '.snippet-'));
  // Snippets write to bob.
  await runSnippet(
    "import { createClient } from '@skein/client';\nconst c = createClient({ url: 'http://localhost:6969', auth: { dev: 'bob' } });\nawait c.signedIn();\nawait c.close();",
  );
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

describe.each(PAGES)('%s', (page) => {
  const snippets = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code]) => code ?? '',
  );

  it.each(snippets.map((code, index) => ({ code, index: index + 1 })))(
    'snippet $index runs',
    async ({ code }) => {
      const { stderr } = await runSnippet(code);
      expect(stderr).toBe('');
    },
  );

  it('links lead somewhere and says nothing of a port that is not ours', () => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    expect([...text.matchAll(/localhost:(\d+)/g)].every(([, port]) => port === '6969')).toBe(true);
  });
});

async function runSnippet(code: string): Promise<{ stdout: string; stderr: string }> {
  const file = join(folder, `snippet-${Math.random().toString(36).slice(2)}.ts`);
  writeFileSync(file, code.replaceAll('localhost:6969', `127.0.0.1:${server.port}`));
  return run(process.execPath, [file], { cwd: tmpdir(), timeout: 20_000 });
}
