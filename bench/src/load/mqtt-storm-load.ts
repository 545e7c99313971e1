import { comeBack } from './back-off.ts';
import { type Latency, LatencyRecorder } from './latency.ts';
import { forEachOf, OPENING_AT_ONCE } from './line.ts';
import { type MqttAccount, MqttPeer, publishPacket } from './mqtt-peer.ts';
import { devHello, installationOf, NativeClient } from './native-client.ts';
import { sleep } from './sleep.ts';

export interface MqttStormOptions {
  readonly port: number;
  readonly clients: number;
  /** Published to each of them while they are away. */
  readonly values: number;
  /** Whether the accounts of `stormAccount` are known there; else each client is given a token of its own. */
  readonly hasAccounts: boolean;
}

export interface MqttStormReport {
  /** From the cut to the last CONNACK. */
  readonly allBackMs: number;
  /** From the cut, for each client. */
  readonly back: Latency;
  /** From the cut to the last value that the last client was owed. */
  readonly allHeardMs: number;
  readonly attempts: number;
  /** Clients whose session was there. */
  readonly present: number;
  /** Values that were acknowledged to their publisher and not heard; and those heard twice or out of turn. */
  readonly lost: number;
  readonly misplaced: number;
}

const UNDER_WAY_MAX = 200;
const LOOK_MS = 5;
const HEARD_WITHIN_MS = 120_000;

interface Client {
  readonly clientId: string;
  readonly account: MqttAccount;
  peer: MqttPeer | null;
  heard: number;
}

/** The account of one client, where the broker has a list of them. */
export function stormAccount(index: number): MqttAccount {
  return { user: `storm-${index}`, secret: `the secret of ${index}` };
}

class MqttStorm {
  readonly #options: MqttStormOptions;
  readonly #latency = new LatencyRecorder();
  #clients: readonly Client[] = [];
  #publisher: MqttPeer | null = null;
  #acked = 0;
  #present = 0;
  #misplaced = 0;

  constructor(options: MqttStormOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { clients } = this.#options;
    this.#clients = await forEachOf(clients, OPENING_AT_ONCE, async (index) => {
      const client = await this.#newClient(index);
      await this.#connect(client);
      await client.peer?.subscribe(topicOf(index), 1);
      return client;
    });
    const { port } = this.#options;
    const { clientId, account } = await this.#newClient(clients);
    const onAck = (count: number): void => {
      this.#acked += count;
    };
    this.#publisher = await MqttPeer.connect({ port, clientId, account, onAck });
  }

  /** Cuts every line in one turn of the event loop, and publishes while they come back. */
  async cut(): Promise<MqttStormReport> {
    const startedAt = performance.now();
    for (const { peer } of this.#clients) peer?.close();
    const published = this.#publish();
    const attempts = await Promise.all(this.#clients.map((client) => this.#reconnect(client, startedAt)));
    const allBackMs = performance.now() - startedAt;
    await published;
    const allHeardMs = await this.#allHeard(startedAt);
    return {
      allBackMs,
      back: this.#latency.take(),
      allHeardMs,
      attempts: attempts.reduce((sum, count) => sum + count, 0),
      present: this.#present,
      lost: this.#clients.reduce((sum, { heard }) => sum + this.#options.values - heard, 0),
      misplaced: this.#misplaced,
    };
  }

  async #newClient(index: number): Promise<Client> {
    const { port, hasAccounts } = this.#options;
    const account = stormAccount(index);
    const client = { clientId: installationOf(account.user), peer: null, heard: 0 };
    if (hasAccounts) return { ...client, account };
    // A token is its installation's, which is what the client is named after.
    const native = await NativeClient.connect({ port, hello: devHello(account.user) });
    native.destroy();
    const secret = native.welcome?.tokens?.accessToken;
    if (secret === undefined) throw new Error(`${account.user} got no tokens`);
    return { ...client, account: { ...account, secret } };
  }

  async #connect(client: Client): Promise<void> {
    const { port } = this.#options;
    const { clientId, account } = client;
    const onValue = (payload: Buffer): void => {
      if (Number(payload.toString()) === client.heard + 1) client.heard++;
      else this.#misplaced++;
    };
    client.peer = await MqttPeer.connect({ port, clientId, account, isKept: true, onValue });
  }

  async #reconnect(client: Client, startedAt: number): Promise<number> {
    const attempts = await comeBack(startedAt, () =>
      this.#connect(client).then(
        () => true,
        () => false,
      ),
    );
    this.#latency.record(performance.now() - startedAt);
    if (client.peer?.isPresent === true) this.#present++;
    return attempts;
  }

  /** In turns, so that the values of a client are far apart. */
  async #publish(): Promise<void> {
    let sent = 0;
    for (let value = 1; value <= this.#options.values; value++) {
      for (const index of this.#clients.keys()) {
        while (sent - this.#acked >= UNDER_WAY_MAX) await sleep(0);
        const id = (sent++ % 0xffff) + 1;
        this.#publisher?.write(publishPacket(topicOf(index), id, String(value)));
      }
    }
    while (this.#acked < sent) await sleep(LOOK_MS);
  }

  async #allHeard(startedAt: number): Promise<number> {
    const isOver = (): boolean => performance.now() - startedAt > HEARD_WITHIN_MS;
    while (this.#clients.some(({ heard }) => heard < this.#options.values) && !isOver()) await sleep(LOOK_MS);
    return performance.now() - startedAt;
  }
}

function topicOf(index: number): string {
  return `topics/storm/${index}`;
}

let storm: MqttStorm | null = null;

export async function openMqttStorm(options: MqttStormOptions): Promise<void> {
  storm = new MqttStorm(options);
  await storm.open();
}

export function cutMqttStorm(_: Record<string, never>): Promise<MqttStormReport> {
  if (storm === null) throw new Error('no storm is open');
  return storm.cut();
}
