import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { GATEWAYS, type GatewayOptions, type Gateways, openGateways } from '../open-gateways.ts';
import type { Gateway } from '../port/doors.ts';
import type { CoreDoor } from '../session/core-door.ts';
import { REAL_CLOCK } from './real-clock.ts';

/** An open port in front of a core, closed at the end of the test. */
export interface TestPort extends Gateways {
  readonly port: number;
  readonly url: string;
  /** Bugs that were reported; a test that provokes none expects none. */
  readonly bugs: unknown[];
}

/** `more` gateways are served beside those of the product. */
export async function openPort(
  core: CoreDoor,
  options: Partial<GatewayOptions> = {},
  more: readonly Gateway[] = [],
): Promise<TestPort> {
  const bugs: unknown[] = [];
  const settings: GatewayOptions = {
    core,
    clock: REAL_CLOCK,
    endpoints: [{ host: 'localhost', port: 0 }],
    certificate: null,
    trustedProxies: [],
    webFolder: null,
    health: { notReadyReason: () => null, metrics: async () => 'skein_connections 1\n' },
    areMetricsPublic: false,
    allowedOrigins: [],
    xmppDomain: 'localhost',
    isEchoServed: false,
    report: (error) => bugs.push(error),
    ...options,
  };
  const gateways = await openGateways(settings, [...GATEWAYS, ...more]);
  onTestFinished(() => gateways.close());
  const port = gateways.port ?? 0;
  return Object.assign(gateways, { bugs, url: `http://127.0.0.1:${port}` }) as TestPort;
}

/** A connected socket that keeps what it was sent; destroyed at the end of the test. */
export class TestSocket {
  readonly socket: Socket;
  #received: Buffer[] = [];
  isEnded = false;
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#received.push(chunk));
    socket.on('end', () => {
      this.isEnded = true;
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
    // A server that closes on us is what many tests look for; they see `isClosed`.
    socket.on('error', () => {});
    onTestFinished(() => {
      socket.destroy();
    });
  }

  static async open(where: number | string, host = '127.0.0.1'): Promise<TestSocket> {
    const socket = typeof where === 'string' ? connect(where) : connect(where, host);
    const opened = new TestSocket(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.setNoDelay(true);
    return opened;
  }

  static over(socket: Socket): TestSocket {
    return new TestSocket(socket);
  }

  get received(): Buffer {
    if (this.#received.length !== 1) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0] as Buffer;
  }

  get text(): string {
    return this.received.toString('utf8');
  }

  forget(): void {
    this.#received = [];
  }

  write(bytes: Uint8Array | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }
}

/** Waits until a condition holds; the test fails with its text when it does not within `waitMs`. */
export async function until(condition: () => boolean, waitMs = 3_000): Promise<void> {
  const endMs = performance.now() + waitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${waitMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
