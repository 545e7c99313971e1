import type { CacheProvider } from '@skein/client';
import { MemoryCacheProvider } from '@skein/client/testing';
import { StoreUnavailableError } from '@skein/core';
import { type MemoryData, MemoryDirectory, MemoryRecordStore, MemoryStore } from '@skein/stores';
import type { ManualClock, SeededRandom } from '@skein/testkit';
import type { PlantedBug } from '../bugs/planted-bug.ts';
import { checkCursor, checkErased } from '../checkers/device-storage.ts';
import { Heard } from '../checkers/heard.ts';
import { History } from '../checkers/history.ts';
import { type StoredLog, StoredLogReader } from '../checkers/stored-log.ts';
import { checkConverged, ViewChecker, type Window } from '../checkers/view.ts';
import { check, Violation } from '../checkers/violations.ts';
import { ClientNode } from '../world/client-node.ts';
import { LinkEnd, Network } from '../world/network.ts';
import { type ServerData, ServerNode } from '../world/server-node.ts';
import type { Settings } from './settings.ts';
import { Workload } from './workload.ts';

/** By how much the wall clock of a machine that starts may be wrong. */
const BOOT_SKEWS_MS = [0, 0, -30_000, -7_200_000];

const MONTH_MS = 30 * 86_400_000;

interface Seat {
  readonly user: string;
  readonly name: string;
  /** The device's storage: survives its process. */
  readonly storage: CacheProvider;
  readonly checker: ViewChecker;
  readonly heard: Heard;
  node: ClientNode | null;
  /** Further windows that the person opened in this life of the process. */
  windows: Window[];
}

export interface WorldParts {
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly settings: Settings;
  readonly data: MemoryData;
  readonly bug: PlantedBug | null;
}

/** A server, some devices and a network in one thread, all accidents included. */
export class World {
  readonly history = new History();
  readonly #parts: WorldParts;
  readonly #network: Network;
  readonly #workload: Workload;
  readonly #data: ServerData;
  readonly #log: StoredLogReader;
  readonly #seats: Seat[] = [];
  readonly #bugs: unknown[] = [];
  #server: ServerNode | null = null;
  #hasSkippedMonth = false;
  /** Short runs do not wait for chance to find the worst moment. */
  #isHarsh: boolean;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    const { random, settings, data } = parts;
    this.#data = {
      store: new MemoryStore(data),
      directory: new MemoryDirectory(data),
      records: new MemoryRecordStore(data),
    };
    this.#log = new StoredLogReader(data);
    this.#isHarsh = settings.span === 'short';
    this.#network = new Network(random.fork(), settings.network);
    this.#workload = new Workload(random.fork(), this.history, settings);
    for (const user of settings.users) {
      const devices = random.between(1, settings.devicesPerUserMax);
      for (let device = 1; device <= devices; device++) {
        this.#seats.push(this.#newSeat(user, `${user}-${device}`));
      }
    }
  }

  #newSeat(user: string, name: string): Seat {
    return {
      user,
      name,
      storage: new MemoryCacheProvider(),
      checker: new ViewChecker(name, user),
      heard: new Heard(user, this.history),
      node: null,
      windows: [],
    };
  }

  async start(): Promise<void> {
    this.#startServer();
    for (const seat of this.#seats) this.#startClient(seat);
    await this.pass(1_000);
  }

  /** Lets virtual time pass; less of it where somebody is to die of what they hear. */
  async pass(ms: number): Promise<void> {
    const isOver = (): boolean => this.#isHarsh && this.#seats.some(({ heard }) => heard.hasNewRefusal);
    await this.#parts.clock.advanceSettled(ms, isOver);
    this.#server?.measure();
  }

  /** Somebody does something on a running device. */
  act(): void {
    const seat = this.#parts.random.pick(this.#seats);
    if (seat.node !== null) this.#workload.act(seat.node.client, seat);
  }

  /** Perhaps something breaks, or is mended. */
  async accident(): Promise<void> {
    const { random, settings } = this.#parts;
    const { accidents } = settings;
    await this.#dieOfRefusals();
    if (this.#server === null) {
      if (random.chance(accidents.recovery)) this.#startServer();
    } else if (random.chance(accidents.serverDeath)) await this.#killServer();
    if (random.chance(accidents.clientDeath)) await this.#killClient(random.pick(this.#seats));
    for (const seat of this.#seats)
      if (seat.node === null && random.chance(accidents.recovery)) this.#startClient(seat);
    if (random.chance(this.#network.isPartitioned ? 0.2 : accidents.partition)) {
      this.#network.partition(!this.#network.isPartitioned);
    }
    if (this.#server !== null) {
      if (this.#server.disk.condition !== 'sound' && random.chance(0.3))
        this.#server.disk.condition = 'sound';
      else if (random.chance(accidents.diskTrouble))
        this.#server.disk.condition = random.pick(['full', 'broken']);
    }
    if (random.chance(accidents.clockJump)) this.#jumpClock(random);
  }

  /** Who dies right after a "no" may not have written it down, and asks again: a moment that short runs hardly meet by chance. */
  async #dieOfRefusals(): Promise<void> {
    if (!this.#isHarsh) return;
    const { random, settings } = this.#parts;
    for (const seat of this.#seats) {
      if (!seat.heard.takeRefusal() || !random.chance(settings.accidents.deathAfterRefusal)) continue;
      await this.#killClient(seat);
      if (random.chance(0.5)) await this.#killServer();
    }
  }

  /** Faults stop: everything runs again and stays up. */
  async heal(): Promise<void> {
    this.#isHarsh = false;
    this.#network.heal();
    if (this.#server !== null) this.#server.disk.condition = 'sound';
    await this.pass(0);
    if (this.#server === null) this.#startServer();
    for (const seat of this.#seats) {
      if (seat.node === null) this.#startClient(seat);
      seat.node?.client.reconnect();
    }
    await this.pass(0);
  }

  /** Somebody signs in on a new device: it gets everything from pages, and nothing that it heard. */
  async addDevice(): Promise<void> {
    const user = this.#parts.random.pick(this.#parts.settings.users);
    const seat = this.#newSeat(user, `${user}-new`);
    this.#seats.push(seat);
    this.#startClient(seat);
    await this.pass(1_000);
  }

  /** Everybody scrolls back to some old place. */
  lookBack(): void {
    for (const seat of this.#seats) if (seat.node !== null) this.#workload.lookBack(seat.node.client, seat);
  }

  scrollUp(): void {
    for (const { node } of this.#seats) if (node !== null) this.#workload.scrollUp(node.client);
  }

  /** What must hold at any moment. */
  async check(): Promise<void> {
    check(this.#bugs.length === 0, 'bug', () => describe(this.#bugs[0]));
    const log = this.#log.read();
    this.history.check(log);
    for (const { name, user, heard, checker, node, windows } of this.#seats) {
      heard.check(log);
      if (node === null) continue;
      checker.check(node.client, windows, log);
      const stored = await node.storage?.load();
      if (stored !== undefined) checkCursor(name, user, stored, log);
    }
    const { outboundPauseBytes, partBytesMax, frameBytesMax } = this.#parts.settings.limits;
    const most = this.#server?.queuedBytesMax ?? 0;
    check(
      most <= outboundPauseBytes + partBytesMax + frameBytesMax,
      'I12',
      () => `${most} bytes waited for one connection`,
    );
  }

  /** Null when every view is the log; else what is still missing. */
  async unconverged(): Promise<Violation | null> {
    const log = this.#log.read();
    try {
      for (const seat of this.#seats) if (seat.node !== null) await this.#checkSettled(seat, seat.node, log);
      for (const text of this.#failedTexts()) this.history.refused(text);
      this.history.checkPromised(log);
      return null;
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  }

  async #checkSettled(seat: Seat, node: ClientNode, log: StoredLog): Promise<void> {
    checkConverged({ ...seat, client: node.client }, log);
    const device = node.storage;
    if (device !== null) await checkErased(seat, device, log);
  }

  /** Sends of a former life that the server refused in this one. */
  #failedTexts(): string[] {
    const items = this.#seats.flatMap((seat) => seat.node?.client.outbox.get() ?? []);
    return items.flatMap(({ message, state }) =>
      state === 'failed' && message?.kind === 'text' ? [message.text] : [],
    );
  }

  #startServer(): void {
    const { clock, random, settings, bug } = this.#parts;
    const server = new ServerNode(
      { clock, random, bugs: this.#bugs },
      this.#data,
      {
        options: {
          limits: settings.limits,
          serverName: 'simulated',
          registration: 'open',
          isDevelopment: true,
        },
        diskTimes: settings.disk,
        wallSkewMs: settings.span === 'short' ? random.pick(BOOT_SKEWS_MS) : 0,
      },
      bug?.server,
    );
    this.#server = server;
    // A server that cannot read its data exits; somebody starts it again.
    server.core.catch((error: unknown) => {
      if (!(error instanceof StoreUnavailableError)) this.#bugs.push(error);
      if (this.#server === server) this.#server = null;
    });
  }

  async #killServer(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.die();
  }

  #startClient(seat: Seat): void {
    const { clock, random, settings, bug } = this.#parts;
    seat.node = new ClientNode(
      { clock, random, dial: () => this.#dial() },
      seat.storage,
      {
        user: seat.user,
        name: seat.name,
        diskTimes: settings.disk,
        screen: settings.screen,
        wallSkewMs: random.pick([0, 3_600_000, -3_600_000]),
        log: (level, text, detail) => {
          if (level === 'error') this.#bugs.push(`${text}: ${describe(detail)}`);
        },
        heard: (frame) => seat.heard.frame(frame),
      },
      bug?.client,
    );
  }

  async #killClient(seat: Seat): Promise<void> {
    const node = seat.node;
    seat.node = null;
    seat.checker.forget();
    seat.windows = [];
    if (node === null) return;
    await node.die();
    const storage = await seat.storage.open(seat.user);
    this.#workload.died(node, await storage.load());
  }

  #dial(): LinkEnd | null {
    const server = this.#server;
    if (server === null || this.#network.isPartitioned) return null;
    const [clientEnd, serverEnd] = LinkEnd.pair(this.#parts.clock, this.#parts.random.fork(), this.#network);
    server.accept(serverEnd).catch(() => serverEnd.cut(false));
    return clientEnd;
  }

  #jumpClock(random: SeededRandom): void {
    const jumpMs = random.pick([-7_200_000, -30_000, 30_000, MONTH_MS]);
    if (random.chance(0.5)) {
      // Once in a run: whose token ends twice within a moment is signed out, rightly (CL4 of the client).
      if (jumpMs !== MONTH_MS || !this.#hasSkippedMonth) this.#server?.clock.jumpWall(jumpMs);
      this.#hasSkippedMonth ||= jumpMs === MONTH_MS;
    } else random.pick(this.#seats).node?.clock.jumpWall(jumpMs);
  }
}

function describe(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : JSON.stringify(bug);
}
