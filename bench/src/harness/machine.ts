import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What a result depends on beside the code. */
export interface Machine {
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Average number of runnable tasks over the last minute before the run: above 0.5, others were working too. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    commit: commit(),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

function commit(): string {
  try {
    const hash = git('rev-parse', '--short=10', 'HEAD');
    // Results themselves do not count as a change to what was measured.
    const isChanged = git('status', '--porcelain', '--', 'packages', 'bench/src') !== '';
    return isChanged ? `${hash} with uncommitted changes` : hash;
  } catch {
    return 'not in a git repository';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
