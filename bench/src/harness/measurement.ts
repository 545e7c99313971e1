import type { Intensity } from './intensity.ts';

export type Unit = 'µs' | 'ms' | 's' | 'bytes' | 'KiB' | 'MiB' | '/s' | '×' | '%' | '';

/** One line of a result: the same quantity, measured in every run. */
export interface Measurement {
  readonly what: string;
  readonly unit: Unit;
  /** One value per run. */
  readonly values: readonly number[];
  /** What the project wants it to be. */
  readonly target?: Target;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface ScenarioResult {
  readonly measurements: readonly Measurement[];
  /** What was done, in the words that somebody needs who wants to repeat it or doubt it. */
  readonly setup: string;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What nobody should conclude from the numbers. */
  readonly doesNotShow: string;
  /** Why it cannot be run here; null, or left out, where it can. */
  missing?(): string | null;
  run(context: BenchContext): Promise<ScenarioResult>;
}

export interface BenchContext {
  readonly intensity: Intensity;
  /** Where the server's CPU profiles go; null measures undisturbed. */
  readonly profileFolder: string | null;
  readonly progress: (line: string) => void;
}
