/** A pair of connections of which one sends to the other, whatever the server between them. */
export interface Line {
  /** Sends messages, in one write. */
  send(count: number): void;
}

export interface LineEvents {
  /** The server told the sender of line `line` that `count` more of its messages are done. */
  acked(line: number, count: number): void;
  /** The receiver of line `line` got `count` more messages. */
  delivered(line: number, count: number): void;
}

export interface LineSet {
  readonly lines: readonly Line[];
  /** Whether this server acknowledges at all. A bare relay does not. */
  readonly isAcked: boolean;
  close(): void;
}

export interface LineOptions {
  readonly port: number;
  /** Connections come in pairs; each sends to its partner. */
  readonly pairs: number;
  readonly textBytes: number;
}

export type OpenLines = (options: LineOptions, events: LineEvents) => Promise<LineSet>;

/** Connections opened at the same time while setting up: below every listen backlog. */
export const OPENING_AT_ONCE = 100;

/** Runs `work` for 0 … count − 1 with at most `atOnce` under way, and gives the results in order. */
export async function forEachOf<T>(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return results;
}
