import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashOptions, CrashReport } from './run-crash.ts';

/** [CH3] Writes the history of a failed run where it can be looked at, and says how to judge it and how to run it again. */
export function keepEvidence(
  report: CrashReport,
  { kills, clients, isAsked = false }: Pick<CrashOptions, 'kills' | 'clients' | 'isAsked'>,
): string {
  const folder = join(tmpdir(), 'skein-crash-histories');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${report.seed}.jsonl`);
  report.history.write(path);
  return [
    `history: ${path}`,
    `judge it again: npm run crash -- --check ${path}`,
    `run it again: npm run crash -- --seed ${report.seed} --kills ${kills} --clients ${clients}${isAsked ? ' --asked' : ''}`,
    `the server's log:\n${report.serverLog}`,
  ].join('\n');
}
