/** How much is done: `full` for numbers to publish, `quick` while working, `smoke` only proves that it still runs. */
export interface Intensity {
  readonly name: 'full' | 'quick' | 'smoke';
  readonly runs: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Share of the full number of connections, conversations and bytes. */
  readonly scale: number;
}

export const INTENSITIES: Readonly<Record<Intensity['name'], Intensity>> = {
  full: { name: 'full', runs: 5, warmUpMs: 3_000, measureMs: 6_000, scale: 1 },
  quick: { name: 'quick', runs: 3, warmUpMs: 1_500, measureMs: 3_000, scale: 1 },
  smoke: { name: 'smoke', runs: 1, warmUpMs: 100, measureMs: 300, scale: 0.01 },
};

/** A number of things at this intensity, never fewer than `least`. */
export function scaled(intensity: Intensity, full: number, least: number): number {
  return Math.max(least, Math.round(full * intensity.scale));
}
