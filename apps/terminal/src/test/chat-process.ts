import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const SEEN_MS_MAX = 15_000;

/** A `skein-chat` process, as a person would run it: what is typed goes in, what is said is waited for. */
export class ChatProcess implements AsyncDisposable {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = '';
  /** Where each text was seen last: what is waited for twice must be said twice. */
  readonly #seenTo = new Map<string, number>();

  private constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const environment = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TERM: 'xterm',
      LANG: 'C.UTF-8',
    };
    this.#child = spawn(command, args, { env: { ...environment, ...env } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)));
  }

  /** In line mode. */
  static plain(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChatProcess {
    return new ChatProcess(process.execPath, [MAIN, '--plain', ...args], env);
  }

  /** On a terminal of its own, 80 by 24. */
  static onTerminal(script: string, args: readonly string[]): ChatProcess {
    const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
    return new ChatProcess(script, ['-qfec', `stty rows 24 cols 80; ${command}; stty -a`, '/dev/null'], {});
  }

  /** Everything so far, as it was written. */
  get output(): string {
    return this.#output;
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Nothing more will be typed. */
  hangUp(): void {
    this.#child.stdin?.end();
  }

  /** Waits until this has been said, once more than it was waited for before. */
  async sees(text: string): Promise<void> {
    const until = performance.now() + SEEN_MS_MAX;
    for (;;) {
      const said = stripVTControlCharacters(this.#output);
      const at = said.indexOf(text, this.#seenTo.get(text) ?? 0);
      if (at >= 0) {
        this.#seenTo.set(text, at + text.length);
        return;
      }
      if (performance.now() > until) throw new Error(`"${text}" was not said after:\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** How often this has been said. */
  countOf(text: string): number {
    return this.#output.split(text).length - 1;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
