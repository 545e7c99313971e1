import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const READY = /^skein ready (\S+) pid=(\d+) port=(\d+)((?: \w+=\d+)*)$/m;
const READY_MS_MAX = 20_000;

export interface ProcessOptions {
  /** Working and data folder; the caller's to remove. */
  readonly folder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real `skein` process, as an operator would run it. */
export class SkeinProcess implements AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor({ folder, args = [], env = {} }: ProcessOptions) {
    const environment = { PATH: process.env['PATH'], LANG: 'en_US.UTF-8', ...env };
    this.#child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env: environment });
    this.pid = this.#child.pid ?? 0;
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) =>
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  write(text: string): void {
    this.#child.stdin?.end(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What the ready line says. */
  async ready(): Promise<{ url: string; pid: number; port: number }> {
    const line = await this.#waitFor(() => READY.exec(this.#stdout));
    const [, url = '', pid, port] = line;
    return { url, pid: Number(pid), port: Number(port) };
  }

  async logged(part: string): Promise<void> {
    await this.#waitFor(() => this.#stderr.includes(part) || null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #waitFor<T>(find: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#child.stdout?.off('data', look);
        this.#child.stderr?.off('data', look);
      };
      const look = (): void => {
        const found = find();
        if (found === null) return;
        stop();
        resolve(found);
      };
      const fail = (why: string): void => {
        stop();
        reject(new Error(`${why}\nstdout: ${this.#stdout}\nstderr: ${this.#stderr}`));
      };
      const timer = setTimeout(() => fail(`not seen within ${READY_MS_MAX} ms`), READY_MS_MAX);
      void this.exited.then(({ code }) => fail(`the process ended with ${code}`));
      this.#child.stdout?.on('data', look);
      this.#child.stderr?.on('data', look);
      look();
    });
  }
}

/** Runs one command to its end. */
export async function runSkein(options: ProcessOptions & { readonly input?: string }): Promise<Exit> {
  const command = new SkeinProcess(options);
  command.write(options.input ?? '');
  return command.exited;
}

/** A folder of a test's own, removed at its end. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'skein-server-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
