import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { SeededRandom } from '@skein/testkit';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'server', 'src', 'main.ts');
// As `npm start` and the `skein` command do: without it the young generation of three threads alone may grow by 100 MiB.
// The inspector is off until somebody asks for it, and then at any port.
const NODE_OPTIONS = ['--max-semi-space-size=8', '--inspect-port=127.0.0.1:0'];
const READY = /^skein ready /m;
const INSPECTOR = /^Debugger listening on (ws:\S+)$/m;
const INSPECTOR_MS_MAX = 10_000;
const READY_MS_MAX = 90_000;
// Below the range from which the kernel takes the ports of outgoing connections: otherwise a client that knocks while
// the server is down can be given the server's own port, and then connects to itself.
const PORT_MIN = 20_000;
const PORT_MAX = 31_000;
const BYTES_PER_KIB = 1024;
const NS_PER_MS = 1_000_000;
const ERROR_TEXT_MAX = 20_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface ServerOptions {
  /** The data folder; it outlives every process. */
  readonly folder: string;
  readonly port: number;
  /** `limits.name` → value, and any other setting. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For Node, beside those that `npm start` gives it. */
  readonly nodeOptions?: readonly string[];
}

/** The real `skein` process, again and again on the same port and data. */
export class ServerProcess implements AsyncDisposable {
  readonly #options: ServerOptions;
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #stderr = '';
  #stdout = '';
  #inspector: Promise<string> | null = null;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#options.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** What the server logged since the first start, the last part of it. */
  get log(): string {
    return this.#stderr;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Starts it without waiting for anything. */
  spawn(): void {
    const { folder, port, settings = {}, nodeOptions = [] } = this.#options;
    const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const args = ['start', '--host', '127.0.0.1', '--port', String(port), '--data', folder, '--development'];
    const child = spawn(
      process.execPath,
      [...NODE_OPTIONS, ...nodeOptions, MAIN, ...args, '--log-level', 'warn', ...sets],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    running.add(child);
    this.#child = child;
    this.#stdout = '';
    this.#inspector = null;
    child.stdout?.on('data', (text: Buffer) => (this.#stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-ERROR_TEXT_MAX);
    });
    this.#exited = new Promise((resolve) => {
      child.once('close', () => {
        running.delete(child);
        if (this.#child === child) this.#child = null;
        resolve();
      });
    });
  }

  /** Until the ready line, which is printed when every gateway accepts. */
  async ready(): Promise<void> {
    const endMs = performance.now() + READY_MS_MAX;
    while (!READY.test(this.#stdout)) {
      if (this.#child === null || performance.now() > endMs)
        throw new Error(`the server did not become ready\n${this.#stdout}${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async start(): Promise<void> {
    this.spawn();
    await this.ready();
  }

  /** As a kernel out of memory would. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  /** As an operator would. Answers the exit code; null where it did not end by itself. */
  async stop(): Promise<number | null> {
    const child = this.#child;
    child?.kill('SIGTERM');
    await this.#exited;
    return child?.exitCode ?? null;
  }

  /** Where the inspector of this process listens; it is started by the first who asks. */
  inspectorUrl(): Promise<string> {
    this.#inspector ??= new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no inspector')), INSPECTOR_MS_MAX);
      let said = '';
      this.#child?.stderr?.on('data', (text: Buffer) => {
        said += text.toString();
        const url = INSPECTOR.exec(said)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      });
      this.#child?.kill('SIGUSR1');
    });
    return this.#inspector;
  }

  /** How long its main thread was ready to run and had no core: what others on this machine took from it. */
  waitedForCoreMs(): number {
    const [, waitedNs = 0] = readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ').map(Number);
    return waitedNs / NS_PER_MS;
  }

  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * BYTES_PER_KIB;
  }

  /** One number of the metrics page. */
  async metric(name: string): Promise<number> {
    return (await this.metrics()).get(name) ?? 0;
  }

  async metrics(): Promise<ReadonlyMap<string, number>> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** A port that nobody has, and that no outgoing connection will be given. */
export async function freePort(random: SeededRandom): Promise<number> {
  for (;;) {
    const port = random.between(PORT_MIN, PORT_MAX);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
