import type { SeededRandom } from '@skein/testkit';
import type { AnswerTable } from './answer-table.ts';

/** One way into the server. */
export interface Way {
  readonly name: string;
  /** What was answered, where each answer can be told from the others. */
  readonly answers?: AnswerTable;
  open(port: number, random: SeededRandom): Promise<Talker>;
}

/** One connection that says things of its own invention. */
export interface Talker extends Disposable {
  readonly isOpen: boolean;
  say(random: SeededRandom): void;
  /** Until everything that was said is answered, where everything has an answer. */
  settled?(): Promise<void>;
}

/** What bytes are written to. */
export interface Line extends Disposable {
  readonly isOpen: boolean;
  write(bytes: Uint8Array | string): void;
}

export function talkerOn(line: Line, next: (random: SeededRandom) => Uint8Array | string): Talker {
  return {
    get isOpen() {
      return line.isOpen;
    },
    say: (random) => line.write(next(random)),
    [Symbol.dispose]: () => line[Symbol.dispose](),
  };
}
