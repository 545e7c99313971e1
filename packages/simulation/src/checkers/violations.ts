/** The promises of docs/protocol/delivery.md that a run watches. */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I15'
  /** Not a promise of delivery: a bug reported by the product's own assertions. */
  | 'bug';

/** A broken promise. The run ends at the first one; its seed replays it. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

export function check(condition: boolean, invariant: Invariant, what: () => string): void {
  if (!condition) throw new Violation(invariant, what());
}
