import type { CrashReport } from './run-crash.ts';

const VIOLATIONS_SHOWN = 30;

/** What a run did and what was found wrong with it. */
export function describeReport(report: CrashReport): string {
  const { counts, violations, servingAgainMs, servingAgainOwnMs, kills, killsDuringStart, seed } = report;
  const lines = [
    `seed ${seed}: ${kills} kills, ${killsDuringStart} of them during a start`,
    `${counts.sent ?? 0} sent, ${counts.acked ?? 0} acks, ${counts.refused ?? 0} refused, ${counts.seen ?? 0} shown, ` +
      `${counts.repeated ?? 0} dropped as known, ${counts.digest ?? 0} digests compared`,
    `serving again after ${describeTimes(servingAgainMs)}, without waiting for a core ${describeTimes(servingAgainOwnMs)}`,
    `${violations.length} violations`,
    ...violations.slice(0, VIOLATIONS_SHOWN).map(({ fault, detail }) => `  ${fault}: ${detail}`),
  ];
  return lines.join('\n');
}

function describeTimes(timesMs: readonly number[]): string {
  return `${medianOf(timesMs).toFixed(0)} ms (median), ${Math.max(0, ...timesMs).toFixed(0)} ms (longest)`;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
