import { Deviation, type Scenario } from './scenario.ts';

export interface Outcome {
  readonly clause: string;
  readonly title: string;
  readonly level: 'must' | 'should';
  /** What the server did instead; null when it keeps the statement. */
  readonly deviation: string | null;
}

export interface RunOptions {
  /** A scenario that takes longer has deviated: somebody waits for an answer that does not come. */
  readonly timeoutMs: number;
  /** How many talk to the server at once. */
  readonly parallel: number;
  readonly onOutcome?: (outcome: Outcome) => void;
}

export const RUN_DEFAULTS: RunOptions = { timeoutMs: 15_000, parallel: 8 };

/** Runs a list, in its order as far as it is answered one at a time; outcomes come in the order of the list. */
export async function runScenarios<Target>(
  scenarios: readonly Scenario<Target>[],
  target: Target,
  options: Partial<RunOptions> = {},
): Promise<readonly Outcome[]> {
  const { timeoutMs, parallel, onOutcome } = { ...RUN_DEFAULTS, ...options };
  const outcomes: Outcome[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (;;) {
      const at = next++;
      const scenario = scenarios[at];
      if (scenario === undefined) return;
      const { clause, title, level } = scenario;
      const deviation = await deviationOf(scenario.run(target), timeoutMs);
      const outcome = { clause, title, level, deviation };
      outcomes[at] = outcome;
      onOutcome?.(outcome);
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, scenarios.length) }, work));
  return outcomes;
}

/** "90 of 94 must, 3 of 4 should". */
export function scoreOf(outcomes: readonly Outcome[]): string {
  return (['must', 'should'] as const)
    .map((level) => {
      const all = outcomes.filter((outcome) => outcome.level === level);
      return `${all.filter(({ deviation }) => deviation === null).length} of ${all.length} ${level}`;
    })
    .join(', ');
}

async function deviationOf(run: Promise<void>, timeoutMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Deviation(`nothing came of it within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([run, late]);
    return null;
  } catch (error) {
    if (error instanceof Deviation) return error.message;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
