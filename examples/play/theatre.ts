import { SkeinProcess } from '@skein/server/testing';
import { Relay } from './relay.ts';

export const FAULTS = ['none', 'cut', 'restart', 'kill'] as const;
export type Fault = (typeof FAULTS)[number];

/** A real server process in a folder of its own, and what goes wrong with it. */
export class Theatre implements AsyncDisposable {
  /** Where clients connect: the same before and after the fault. */
  readonly port: number;
  readonly #folder: string;
  readonly #serverPort: number;
  readonly #relay: Relay | null;
  #server: SkeinProcess;

  private constructor(folder: string, server: SkeinProcess, serverPort: number, relay: Relay | null) {
    this.#folder = folder;
    this.#server = server;
    this.#serverPort = serverPort;
    this.#relay = relay;
    this.port = relay?.port ?? serverPort;
  }

  /** Starts the server on a free port; the wire that can be cut is laid only where it will be. */
  static async open(folder: string, fault: Fault): Promise<Theatre> {
    const server = startServer(folder, 0);
    const { port } = await server.ready();
    return new Theatre(folder, server, port, fault === 'cut' ? await Relay.to(port) : null);
  }

  /** Resolves when everything is as good as new, except for what the fault destroyed. */
  async suffer(fault: Fault): Promise<void> {
    switch (fault) {
      case 'none':
        return;
      case 'cut':
        this.#relay?.cut();
        return;
      case 'restart':
        return this.#replaceServer('SIGTERM');
      case 'kill':
        return this.#replaceServer('SIGKILL');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay?.[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }

  async #replaceServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#server.kill(signal);
    await this.#server.exited;
    this.#server = startServer(this.#folder, this.#serverPort);
    await this.#server.ready();
  }
}

function startServer(folder: string, port: number): SkeinProcess {
  const args = ['start', '--development', '--port', String(port), '--data', 'data', '--log-level', 'warn'];
  return new SkeinProcess({ folder, args });
}
