/** One thing wrong with the configuration, said so that it can be fixed without reading code. */
export interface ConfigProblem {
  /** `skein.toml:12:3`, `SKEIN__LISTEN__PORT`, `--port`. */
  readonly where: string;
  readonly message: string;
}

/** The configuration cannot be used; it names every problem, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ where, message }) => `${where}: ${message}`).join('\n'));
    this.problems = problems;
  }

  shouldRetry(): boolean {
    return false;
  }
}
