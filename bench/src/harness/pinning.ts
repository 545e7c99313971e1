import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export type PinnedRole = 'server' | 'load';

let isPinned = false;

/** Keeps load and server on different cores from now on, where `taskset` and a second core exist. */
export function pinProcesses(): boolean {
  isPinned = availableParallelism() > 1 && hasTaskset();
  return isPinned;
}

/** What to put before a command: the last core is for the load, all others for what is measured. */
export function pinningOf(role: PinnedRole): readonly string[] {
  if (!isPinned) return [];
  const last = availableParallelism() - 1;
  return ['taskset', '-c', role === 'load' ? String(last) : `0-${last - 1}`];
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
