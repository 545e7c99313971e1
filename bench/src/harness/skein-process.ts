import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import type { BenchContext } from './measurement.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'packages', 'server', 'src', 'main.ts');
// As `npm start` and the `skein` command do.
const NODE_OPTIONS = ['--max-semi-space-size=8'];
const READY = /^skein ready .*port=(\d+)/;

/**
 * Limits that keep one person or address from doing the work of thousands, which is what a load process does. Nothing
 * that bounds memory or batches is touched.
 */
const RAISED_LIMITS: Readonly<Record<string, string>> = {
  sends_per_second_max: '10000000',
  sends_burst_max: '10000000',
  requests_per_second_max: '10000000',
  requests_burst_max: '10000000',
  // The load acknowledges and beats on its own schedule; it is not what is measured here.
  heartbeat_interval_ms: '600s',
};

export interface SkeinOptions {
  /** Name of the scenario: part of a profile's name. */
  readonly name: string;
  readonly store?: 'sqlite' | 'memory';
  readonly limits?: Readonly<Record<string, string>>;
}

/** A server of this repository, on a free port, with a data folder of its own that goes when it stops. */
export class SkeinProcess {
  readonly #context: BenchContext;
  readonly #options: SkeinOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'skein-bench-'));
  #child: Child | null = null;
  #port = 0;

  private constructor(context: BenchContext, options: SkeinOptions) {
    this.#context = context;
    this.#options = options;
  }

  static async start(context: BenchContext, options: SkeinOptions): Promise<SkeinProcess> {
    const server = new SkeinProcess(context, options);
    await server.#start();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    if (this.#child === null) throw new Error('the server is not running');
    return this.#child.pid;
  }

  /** Kills it without warning and starts it again on the same port and data. */
  async killAndRestart(): Promise<void> {
    await this.#child?.stop('SIGKILL');
    await this.#start();
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    this.#child = await Child.start({ role: 'server', args: this.#arguments(), ready: READY });
    this.#port = this.#child.port;
  }

  #arguments(): string[] {
    const { profileFolder } = this.#context;
    const { name, store = 'sqlite', limits = {} } = this.#options;
    const profile =
      profileFolder === null
        ? []
        : [
            '--cpu-prof',
            `--cpu-prof-dir=${profileFolder}`,
            `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`,
          ];
    const sets = Object.entries({ ...RAISED_LIMITS, ...limits }).flatMap(([key, value]) => [
      '--set',
      `limits.${key}=${value}`,
    ]);
    const start = ['start', '--host', '127.0.0.1', '--port', String(this.#port), '--data', this.#folder];
    return [
      ...NODE_OPTIONS,
      ...profile,
      MAIN,
      ...start,
      '--store',
      store,
      '--development',
      '--log-level',
      'warn',
      ...sets,
    ];
  }
}
