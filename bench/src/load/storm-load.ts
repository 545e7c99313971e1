import type { SyncResult } from '@skein/protocol';
import { comeBack } from './back-off.ts';
import { type Latency, LatencyRecorder } from './latency.ts';
import { forEachOf, OPENING_AT_ONCE } from './line.ts';
import { devHello, NativeClient, resumeHello } from './native-client.ts';
import { sleep } from './sleep.ts';
import type { TransportKind } from './transport.ts';

export interface StormOptions {
  readonly port: number;
  readonly transport: TransportKind;
  readonly clients: number;
}

export interface StormReport {
  /** From the cut to the last client that was signed in and synced again. */
  readonly allBackMs: number;
  /** From the cut, for each client. */
  readonly back: Latency;
  readonly attempts: number;
  /** Clients that came back into the session they had. */
  readonly resumed: number;
}

interface StormClient {
  readonly name: string;
  connection: NativeClient;
  session: string;
  token: string;
  epoch: string;
  cursor: number;
}

class Storm {
  readonly #options: StormOptions;
  readonly #clients: StormClient[] = [];
  readonly #latency = new LatencyRecorder();
  #attempts = 0;
  #resumed = 0;

  constructor(options: StormOptions) {
    this.#options = options;
  }

  async signInAll(): Promise<void> {
    const { clients } = this.#options;
    this.#clients.push(
      ...(await forEachOf(clients, OPENING_AT_ONCE, (index) => this.#signIn(`storm-${index}`))),
    );
  }

  /** Cuts every line in one turn of the event loop; resolves when all are back. */
  cutAll(): Promise<StormReport> {
    const startedAt = performance.now();
    for (const { connection } of this.#clients) connection.destroy();
    return this.#comeBack(startedAt);
  }

  /** The same after the server went away by itself: the clock starts when the first line is lost. */
  async awaitCut(): Promise<StormReport> {
    while (!this.#clients.some(({ connection }) => connection.isClosed)) await sleep(1);
    return this.#comeBack(performance.now());
  }

  async #comeBack(startedAt: number): Promise<StormReport> {
    this.#attempts = 0;
    this.#resumed = 0;
    await Promise.all(this.#clients.map((client) => this.#reconnect(client, startedAt)));
    return {
      allBackMs: performance.now() - startedAt,
      back: this.#latency.take(),
      attempts: this.#attempts,
      resumed: this.#resumed,
    };
  }

  async #signIn(name: string): Promise<StormClient> {
    const parts: SyncResult[] = [];
    const connection = await NativeClient.connect({
      ...this.#target(),
      hello: devHello(name),
      onSync: (part) => parts.push(part),
    });
    const welcome = connection.welcome;
    const last = parts.at(-1);
    if (welcome?.tokens === undefined || last === undefined)
      throw new Error(`${name} got no tokens or no sync`);
    const { session, tokens } = welcome;
    return { name, connection, session, token: tokens.accessToken, epoch: last.epoch, cursor: last.cursor };
  }

  async #reconnect(client: StormClient, startedAt: number): Promise<void> {
    while (!client.connection.isClosed) await sleep(1);
    this.#attempts += await comeBack(startedAt, () => this.#resume(client));
    this.#latency.record(performance.now() - startedAt);
  }

  async #resume(client: StormClient): Promise<boolean> {
    const { name, token, epoch, cursor } = client;
    const sync = { epoch, cursor, conversations: 50, entriesEach: 20 };
    try {
      client.connection = await NativeClient.connect({
        ...this.#target(),
        hello: resumeHello(name, token, sync),
      });
    } catch {
      return false; // refused, reset or closed while the server was not there or too busy: that is what back-off is for
    }
    if (client.connection.welcome?.session === client.session) this.#resumed++;
    return true;
  }

  #target(): { port: number; transport: TransportKind } {
    return { port: this.#options.port, transport: this.#options.transport };
  }
}

let storm: Storm | null = null;

export async function openStorm(options: StormOptions): Promise<void> {
  storm = new Storm(options);
  await storm.signInAll();
}

export function cutAll(_: Record<string, never>): Promise<StormReport> {
  return opened().cutAll();
}

export function awaitCut(_: Record<string, never>): Promise<StormReport> {
  return opened().awaitCut();
}

function opened(): Storm {
  if (storm === null) throw new Error('no storm is open');
  return storm;
}
