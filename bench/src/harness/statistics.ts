/** What repeated runs came to: the middle one, and how far apart they were. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('a measurement needs at least one run');
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: middle(sorted),
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
    runs: sorted.length,
  };
}

export function median(values: readonly number[]): number {
  return summarise(values).median;
}

function middle(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] as number;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number;
  return (lower + upper) / 2;
}
