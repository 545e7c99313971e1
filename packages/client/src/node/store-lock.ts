import { readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { CacheTakenError } from '../engine/ports/cache-store.ts';

/**
 * Makes this process the only one that writes a store.
 *
 * Errors: throws CacheTakenError while another process that lives has it.
 */
export async function takeLock(path: string): Promise<void> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 });
    return;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  if (await isHeld(path)) throw new CacheTakenError();
  await writeFile(path, String(process.pid), { mode: 0o600 });
}

export async function releaseLock(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

async function isHeld(path: string): Promise<boolean> {
  const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  const pid = Number(text);
  // The machine was started since: whoever has this number now is somebody else.
  if (mtimeMs < Date.now() - uptime() * 1_000) return false;
  return pid !== process.pid && isAlive(pid);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
