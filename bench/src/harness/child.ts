import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type PinnedRole, pinningOf } from './pinning.ts';

export interface ChildOptions {
  readonly role: PinnedRole;
  /** What is run; Node when left out. */
  readonly command?: string;
  /** Its arguments; to Node the file and its own. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The line on stdout that says it is ready; its first group, if any, is the port. Without it, the start is enough. */
  readonly ready?: RegExp;
  /** Whether messages can be exchanged with it. */
  readonly hasPipe?: boolean;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const ERROR_TEXT_MAX = 4_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process of our own: it ends when the bench ends, however that is. */
export class Child {
  readonly process: ChildProcess;
  #port = 0;
  #errorText = '';

  private constructor(options: ChildOptions) {
    const command = [...pinningOf(options.role), options.command ?? process.execPath, ...options.args];
    this.process = spawn(command[0] as string, command.slice(1), {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', ...(options.hasPipe === true ? (['ipc'] as const) : [])],
    });
    running.add(this.process);
    this.process.once('exit', () => running.delete(this.process));
    this.process.stderr?.on('data', (text: Buffer) => {
      this.#errorText = (this.#errorText + text.toString()).slice(-ERROR_TEXT_MAX);
    });
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the process did not start');
    return this.process.pid;
  }

  /** What it wrote to stderr last: the reason when it ended by itself. */
  get errorText(): string {
    return this.#errorText;
  }

  static async start(options: ChildOptions): Promise<Child> {
    const child = new Child(options);
    if (options.ready === undefined) child.process.stdout?.resume();
    else child.#port = await child.#readyPort(options.ready);
    return child;
  }

  /** Asks it to end, and insists after a while. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.process.once('exit', () => resolve()));
    this.process.kill(signal);
    const insisting = setTimeout(() => this.process.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(insisting);
  }

  #readyPort(ready: RegExp): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${this.process.spawnargs.join(' ')} ${why}\n${this.#errorText}`));
      const timer = setTimeout(() => fail('did not become ready'), READY_WITHIN_MS);
      this.process.once('exit', (code) => fail(`ended with ${code} before it was ready`));
      const lines = createInterface({ input: this.process.stdout as NodeJS.ReadableStream });
      lines.on('line', (line) => {
        const match = ready.exec(line);
        if (match === null) return;
        clearTimeout(timer);
        resolve(Number(match[1] ?? 0));
      });
    });
  }
}
