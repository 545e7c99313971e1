import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const WEB = join(import.meta.dirname, '..', '..');
const VITE = join(WEB, '..', '..', 'node_modules', 'vite', 'bin', 'vite.js');

/** The page as it would be shipped now, in a folder of its own: not whatever was built last. */
export async function buildPage(): Promise<Disposable & { readonly path: string }> {
  const path = mkdtempSync(join(tmpdir(), 'skein-web-'));
  // Another process, since the test runner's NODE_ENV would make it a page for developers.
  const env = { ...process.env, NODE_ENV: 'production' };
  const args = [VITE, 'build', '--logLevel', 'error', '--outDir', path, '--emptyOutDir'];
  await promisify(execFile)(process.execPath, args, { cwd: WEB, env });
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
