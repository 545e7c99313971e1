import { type Outcome, type RunOptions, runSeed } from './run-seed.ts';
import type { Kind } from './settings.ts';

export interface SeedSpan {
  readonly from: number;
  readonly count: number;
  /** Every how many: processes that share the work take turns. */
  readonly step: number;
}

/** The seeds of a span, one after the other, each outcome told; ends early when `isOver` says so. */
export async function runSeeds(
  { from, count, step }: SeedSpan,
  options: RunOptions,
  { told, isOver = () => false }: { told: (outcome: Outcome) => void; isOver?: () => boolean },
): Promise<void> {
  for (let at = 0; at < count && !isOver(); at += step) told(await runSeed(from + at, options));
}

/** The command that repeats an outcome. */
export function replayCommand({ seed, profile, span }: Pick<Outcome, 'seed' | keyof Kind>): string {
  return `npm run simulate -- --seed ${seed} --profile ${profile} --span ${span}`;
}
