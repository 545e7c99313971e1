import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import { ENTER, LEAVE } from './painter.ts';
import type { Size } from './screen-facts.ts';

export interface TerminalEvents {
  readonly input: (bytes: Uint8Array) => void;
  /** Its size, or what stands on it, is not what it was. */
  readonly changed: () => void;
  /** The window was closed, or somebody asked the program to end. */
  readonly ended: () => void;
}

/** The window this program runs in, and nothing of what it shows. */
export interface Terminal extends Disposable {
  readonly hasColour: boolean;
  size(): Size;
  write(text: string): void;
  /** Takes the window over until disposed of; then it is as it was. */
  take(events: TerminalEvents): void;
}

// What is written while the process exits must be out at once; a stream would be too late.
const STDOUT = 1;
const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** A terminal of Node. Whatever ends the program, the window is given back: also an exception nobody caught. */
export class NodeTerminal implements Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #undo = new DisposableStack();

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  get hasColour(): boolean {
    return !process.env['NO_COLOR'] && this.#output.hasColors();
  }

  size(): Size {
    return { columns: this.#output.columns, rows: this.#output.rows };
  }

  write(text: string): void {
    this.#output.write(text);
  }

  take(events: TerminalEvents): void {
    const giveBack = (): void => {
      this.#input.setRawMode(false);
      writeSync(STDOUT, LEAVE);
    };
    this.#input.setRawMode(true);
    this.write(ENTER);
    process.once('exit', giveBack);
    this.#undo.defer(() => {
      process.off('exit', giveBack);
      giveBack();
    });
    this.#listen(events);
    this.#input.resume();
  }

  [Symbol.dispose](): void {
    this.#input.pause();
    this.#undo.dispose();
  }

  #listen({ input, changed, ended }: TerminalEvents): void {
    this.#input.on('data', input).once('end', ended);
    this.#output.on('resize', changed);
    process.on('SIGCONT', changed);
    this.#undo.defer(() => {
      this.#input.off('data', input).off('end', ended);
      this.#output.off('resize', changed);
      process.off('SIGCONT', changed);
    });
    for (const signal of ENDING_SIGNALS) {
      process.once(signal, ended);
      this.#undo.defer(() => process.off(signal, ended));
    }
  }
}
