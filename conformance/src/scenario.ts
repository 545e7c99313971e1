/** One testable statement of a standard, and the conversation that shows whether a server keeps it. */
export interface Scenario<Target> {
  /** Where the standard says it: "RFC 6455 §5.5.1", "MQTT-3.1.2-24". */
  readonly clause: string;
  /** What a server does that keeps it. Together with the clause unique within its list. */
  readonly title: string;
  /** The word that the standard uses; what it merely recommends does not count as a failure. */
  readonly level: 'must' | 'should';
  /**
   * Talks to the server.
   *
   * Errors: throws {@link Deviation} when the server does something else.
   */
  run(target: Target): Promise<void>;
}

/** The server does not keep the statement. Anything else that is thrown means that the list itself is broken. */
export class Deviation extends Error {
  override readonly name = 'Deviation';
}

/** Throws a deviation unless it holds. */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Deviation(otherwise);
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  expectThat(Object.is(actual, expected), `${what}: expected ${String(expected)}, got ${String(actual)}`);
}
