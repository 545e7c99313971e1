/**
 * Builds the web page the server hands out. Three callers: `npm run build` (always, and a failure
 * counts), `npm start` (`--if-missing`) and the end of an install (`--after-install`: without the build tool, or with a
 * page that does not build yet, the install still succeeds and `npm start` tries again).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const web = join(root, 'apps', 'web');
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

const isAfterInstall = process.argv.includes('--after-install');
const isOnlyIfMissing = process.argv.includes('--if-missing');

process.exitCode = build();

function build(): number {
  if (isOnlyIfMissing && existsSync(join(web, 'dist', 'index.html'))) return 0;
  if (!existsSync(join(web, 'index.html'))) return skip('apps/web has no index.html');
  if (!existsSync(vite)) return skip('vite is not installed');
  const args = [vite, 'build', '--logLevel', 'warn'];
  const { status } = spawnSync(process.execPath, args, { cwd: web, stdio: 'inherit' });
  if (status !== 0 && isAfterInstall) return skip('it does not build');
  return status ?? 1;
}

/** Nothing was built. That is no reason to fail an install or to keep the server from starting. */
function skip(reason: string): number {
  console.warn(`web page not built: ${reason}`);
  return isAfterInstall || isOnlyIfMissing ? 0 : 1;
}
