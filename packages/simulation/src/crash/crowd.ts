import { join } from 'node:path';
import { HTTP_EVENTS, HTTP_LONG_POLL, MQTT_3, MQTT_5, MQTT_5_WEBSOCKET, XMPP } from '@skein/gateways/drivers';
import type { SeededRandom } from '@skein/testkit';
import type { CrashClient } from './clients/crash-client.ts';
import { GatewayClient } from './clients/gateway-client.ts';
import { LinesClient } from './clients/lines-client.ts';
import { NativeClient } from './clients/native-client.ts';
import { SdkClient } from './clients/sdk-client.ts';
import type { History } from './history/history.ts';
import { sleep, until } from './waiting.ts';

export interface CrowdOptions {
  readonly clients: number;
  readonly port: number;
  /** Where the SDK's clients keep their caches. */
  readonly folder: string;
  readonly history: History;
  readonly random: SeededRandom;
}

/** One person over each, whatever the number of the others: signing in with a password is dear. */
const GATEWAYS = {
  mqtt3: MQTT_3,
  mqtt5: MQTT_5,
  mqttweb: MQTT_5_WEBSOCKET,
  xmpp: XMPP,
  events: HTTP_EVENTS,
  poll: HTTP_LONG_POLL,
};
const GROUP_SIZE = 12;
const FRIENDS = 3;
/** On top of the others. */
const SDK_SHARE = 0.1;
/** Every so-manieth client is the second device of the person before. */
const SECOND_DEVICE_EVERY = 10;
const SETTLE_MS_MAX = 30_000;
const ACT_TICK_MS = 25;
const BEAT_EVERY_TICKS = 400;
/** What all clients together do in a second, so that more clients are not more load for the machine that runs them. */
const ACTS_PER_SECOND = 200;

/** Everybody in a run: who they are, who talks with whom, and the load. */
export class Crowd {
  readonly clients: readonly CrashClient[];
  readonly #natives: readonly NativeClient[];
  readonly #random: SeededRandom;
  #acting: NodeJS.Timeout | null = null;
  #ticks = 0;
  #owed = 0;

  constructor({ clients, port, folder, history, random }: CrowdOptions) {
    this.#random = random;
    this.#natives = Array.from({ length: clients }, (_, index) => {
      const isSecond = index % SECOND_DEVICE_EVERY === SECOND_DEVICE_EVERY - 1;
      const wire = index % 2 === 0 ? 'tcp' : 'websocket';
      const user = `user${isSecond ? index - 1 : index}`;
      return new NativeClient({
        device: `${wire}${index}`,
        user,
        wire,
        port,
        history,
        random: random.fork(),
      });
    });
    const sdkClients = Array.from({ length: Math.max(2, Math.round(clients * SDK_SHARE)) }, (_, index) => {
      const wire = index % 2 === 0 ? 'tcp' : 'websocket';
      const device = `sdk${index}`;
      const own = { folder: join(folder, device), random: random.fork() };
      return new SdkClient({ device, user: device, wire, port, history, ...own });
    });
    const lines = new LinesClient({ device: 'lines', user: 'lines', port, history, random: random.fork() });
    const others = Object.entries(GATEWAYS).map(
      ([device, driver]) => new GatewayClient({ driver, device, port, history, random: random.fork() }),
    );
    this.clients = [...this.#natives, ...sdkClients, lines, ...others];
  }

  /** Signs everybody in and makes them acquainted: groups, one of them with a revolving door, and direct conversations. */
  async meet(): Promise<void> {
    for (const client of this.clients) client.start();
    await this.quiet();
    const users = [...new Set(this.clients.map(({ user }) => user))];
    // The SDK's people are looked at in groups alone, and whoever talks with them in private would have no witness.
    const friends = [...new Set(this.#natives.map(({ user }) => user))];
    const groups = Math.max(1, Math.round((users.length * 2) / GROUP_SIZE));
    const [host] = this.#natives;
    for (let group = 0; group < groups; group++) {
      const guests = this.#random.shuffle(users).slice(0, GROUP_SIZE - 1);
      const owner = this.#random.pick(this.#natives);
      owner.createGroup(
        `group${group}`,
        guests.filter((user) => user !== owner.user),
        false,
      );
    }
    host?.createGroup(
      'door',
      users.filter((user) => user !== host.user),
      true,
    );
    for (const client of this.#natives) {
      for (const friend of this.#random.shuffle(friends).slice(0, FRIENDS)) {
        if (friend !== client.user) client.openDirect(friend);
      }
    }
    await this.quiet();
    await until('everybody knows the group with the door', SETTLE_MS_MAX, () =>
      this.#natives.every((client) => client.view.conversationByTitle.has('door')),
    );
    for (const client of this.#natives) {
      const door = client.view.conversationByTitle.get('door');
      if (client !== host && door !== undefined) client.allowLeaving(door);
    }
  }

  startActing(): void {
    this.#acting = setInterval(() => this.#act(), ACT_TICK_MS);
  }

  stopActing(): void {
    if (this.#acting !== null) clearInterval(this.#acting);
    this.#acting = null;
  }

  /** Until everybody is connected, has heard all answers and has no hole; for a moment that lasts. */
  async quiet(): Promise<void> {
    const isQuiet = () => this.clients.every((client) => client.isQuiet);
    const why = () =>
      this.clients
        .filter((client) => !client.isQuiet)
        .map((client) => `${client.device}: ${client.describe()}`)
        .slice(0, 10)
        .join('\n');
    do {
      await until('everybody is quiet', SETTLE_MS_MAX, isQuiet, why);
      await sleep(200);
    } while (!isQuiet());
  }

  async stop(): Promise<void> {
    this.stopActing();
    for (const client of this.clients) await client.stop();
  }

  #act(): void {
    this.#ticks++;
    if (this.#ticks % BEAT_EVERY_TICKS === 0) for (const client of this.clients) client.beat();
    this.#owed += (ACTS_PER_SECOND * ACT_TICK_MS) / 1_000;
    for (; this.#owed >= 1; this.#owed--) this.#random.pick(this.clients).act();
  }
}
