import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@skein/client';
import { type Fleeting, fleeting } from '@skein/client/fleeting';
import { configWith, type RunningServer, startServer } from '@skein/server';
import { build } from 'esbuild';
import { connectAsync, type MqttClient } from 'mqtt';
import { toWords } from './car-words.ts';
import { Fleet } from './fleet.ts';
import { makeTown, seeded, TILES, tileOf } from './town.ts';

const STEP_S = 1;
const CARS = 300;
const PAGE = join(import.meta.dirname, 'page');

/**
 * A server with a page, and a dispatcher who knows where all cars are and says so once a second, in two ways:
 *
 *   MQTT       one value for each car under `topics/cars/<tile>/<car>`, QoS 0
 *   Skein      one transient message for each tile, in an open group that is the tile's
 *
 * Nothing of it is stored. Whoever looks at a tile subscribes to it, or joins its group.
 */
export class CarMap implements AsyncDisposable {
  readonly #server: RunningServer;
  readonly #folder: string;
  readonly #fleet: Fleet;
  readonly #mqtt: MqttClient;
  readonly #client: Client;
  readonly #passing: Fleeting;
  readonly #groups: ReadonlyMap<string, string>;

  private constructor(of: Parts, cars: number) {
    this.#server = of.server;
    this.#folder = of.folder;
    this.#mqtt = of.mqtt;
    this.#client = of.client;
    this.#passing = of.passing;
    this.#groups = of.groups;
    this.#fleet = new Fleet(makeTown(), cars, seeded(1));
  }

  static async open({ port = 0, cars = CARS } = {}): Promise<CarMap> {
    const folder = await mkdtemp(join(tmpdir(), 'cars-'));
    await buildPage(folder);
    const settings = {
      'listen.port': port,
      'data.store': 'memory',
      'log.level': 'silent',
      'web.folder': folder,
      // The dispatcher speaks for all tiles at once.
      limits: { transientsPerSecondMax: TILES ** 2 * 5, transientsBurstMax: TILES ** 2 * 10 },
      development: true,
    } as const;
    const server = await startServer(configWith(settings));
    const mqtt = await connectAsync(server.url.replace('http', 'mqtt'), { username: 'dispatcher-of-values' });
    const client = createClient({ url: server.url, auth: { dev: 'dispatcher' }, cache: 'memory' });
    const passing = fleeting(client);
    const groups = await makeGroups(client);
    return new CarMap({ server, folder, mqtt, client, passing, groups }, cars);
  }

  /** Where the cars can be watched; the page is told which group is which tile's. */
  get url(): string {
    const groups = [...this.#groups].map(([tile, group]) => `${tile}:${group}`);
    return `${this.#server.url}?groups=${groups.join(',')}`;
  }

  /** A second passes for all cars, and everybody who looks hears of it. */
  step(): void {
    this.#fleet.advance(STEP_S);
    const said = new Map<string, string[]>();
    for (const [id, place] of this.#fleet.places()) {
      const [tile, words] = [tileOf(place), toWords(place)];
      this.#mqtt.publish(`topics/cars/${tile}/${id}`, words);
      const others = said.get(tile);
      if (others === undefined) said.set(tile, [`${id},${words}`]);
      else others.push(`${id},${words}`);
    }
    for (const [tile, lines] of said)
      this.#passing.sendTransient(this.#groups.get(tile) ?? '', lines.join('\n'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    await this.#mqtt.endAsync(true);
    await this.#server.close();
    await rm(this.#folder, { recursive: true });
  }
}

interface Parts {
  readonly server: RunningServer;
  readonly folder: string;
  readonly mqtt: MqttClient;
  readonly client: Client;
  readonly passing: Fleeting;
  readonly groups: ReadonlyMap<string, string>;
}

async function buildPage(folder: string): Promise<void> {
  for (const name of ['index.html', 'cars.css']) await copyFile(join(PAGE, name), join(folder, name));
  await build({
    entryPoints: [join(PAGE, 'main.ts')],
    outfile: join(folder, 'cars.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    logLevel: 'silent',
  });
}

async function makeGroups(client: Client): Promise<Map<string, string>> {
  const groups = new Map<string, string>();
  for (let row = 0; row < TILES; row++) {
    for (let column = 0; column < TILES; column++) {
      const tile = `${column}-${row}`;
      const group = await client.conversations.createGroup({
        title: `Tile ${tile}`,
        users: [],
        isOpen: true,
      });
      groups.set(tile, group.id);
    }
  }
  return groups;
}

if (import.meta.main) {
  const map = await CarMap.open({ port: 6969, cars: Number(process.argv[2] ?? CARS) });
  console.log(`watch the cars: ${map.url}`);
  setInterval(() => map.step(), STEP_S * 1_000);
}
