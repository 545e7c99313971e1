/** How a request fared. `strange` is what no client could make sense of: a status, or a body that is no RFC 9457 problem. */
export type Fate = 'carried out' | 'refused' | 'unauthorized' | 'unanswered' | 'strange';

const FATES: readonly Fate[] = ['carried out', 'refused', 'unauthorized', 'unanswered', 'strange'];
const NAME_WIDTH = 32;
const COUNT_WIDTH = 13;

/** How the requests for each procedure fared: a fuzz that is only ever refused at the door tries nothing else. */
export class AnswerTable {
  readonly #counts = new Map<string, Map<Fate, number>>();
  /** The first of what was strange, or not answered. */
  readonly #examples: string[] = [];

  note(procedure: string, fate: Fate, example: () => string): void {
    const counts = this.#counts.get(procedure) ?? new Map<Fate, number>();
    this.#counts.set(procedure, counts);
    counts.set(fate, (counts.get(fate) ?? 0) + 1);
    const isWrong = fate === 'strange' || fate === 'unanswered';
    if (isWrong && this.#examples.length < 5) this.#examples.push(example());
  }

  get procedures(): readonly string[] {
    return [...this.#counts.keys()].toSorted();
  }

  get examples(): readonly string[] {
    return this.#examples;
  }

  /** Of one procedure, or of all. */
  count(fate: Fate, procedure?: string): number {
    const tables = procedure === undefined ? [...this.#counts.values()] : [this.#counts.get(procedure)];
    return tables.reduce((sum, counts) => sum + (counts?.get(fate) ?? 0), 0);
  }

  describe(): string {
    const row = (name: string, cells: readonly (string | number)[]): string =>
      name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(COUNT_WIDTH)).join('');
    return [
      row('', FATES),
      ...this.procedures.map((name) =>
        row(
          name,
          FATES.map((fate) => this.count(fate, name)),
        ),
      ),
      row(
        'all',
        FATES.map((fate) => this.count(fate)),
      ),
    ].join('\n');
  }
}
