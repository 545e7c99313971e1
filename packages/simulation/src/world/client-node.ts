import type { CacheProvider, CacheStore, Client, LinkEvents, LogSink, Transport } from '@skein/client';
import {
  ClientFacade,
  type EngineUnits,
  heartbeatPolicy,
  MemoryCacheProvider,
  reconnectPolicy,
  type ScreenSizes,
} from '@skein/client/testing';
import { type Clock, LIMITS } from '@skein/model';
import { type DownFrame, decodeDown, FrameSplitter } from '@skein/protocol';
import { type DiskTimes, FaultyDisk, type SeededRandom } from '@skein/testkit';
import type { LinkEnd } from './network.ts';
import { ProcessClock } from './process-clock.ts';

/** Opens a connection to whatever server process is alive; null when none answers. */
export type Dial = () => LinkEnd | null;

/** Where a planted bug takes hold of a client; the sound world changes nothing. */
export interface ClientTampering {
  cache?(cache: CacheStore): CacheStore;
  readonly units?: Partial<EngineUnits>;
}

export interface ClientSetting {
  readonly user: string;
  readonly name: string;
  readonly diskTimes: DiskTimes;
  readonly wallSkewMs: number;
  readonly screen: ScreenSizes;
  readonly log: LogSink;
  /** Every frame that reaches the device, beside the SDK. */
  readonly heard: (frame: DownFrame) => void;
}

/** One life of a client's process: the shipped SDK over a simulated device. */
export class ClientNode {
  readonly setting: ClientSetting;
  readonly clock: ProcessClock;
  readonly client: Client;
  readonly #disk: FaultyDisk;
  readonly #links = new Set<LinkEnd>();
  readonly #sent: Uint8Array[] = [];
  #stored: CacheStore | null = null;

  constructor(
    world: { clock: Clock; random: SeededRandom; dial: Dial },
    device: CacheProvider,
    setting: ClientSetting,
    tampering: ClientTampering = {},
  ) {
    this.setting = setting;
    this.clock = new ProcessClock(world.clock, setting.wallSkewMs);
    this.#disk = new FaultyDisk(this.clock, world.random.fork(), setting.diskTimes);
    this.client = new ClientFacade({
      clock: this.clock,
      random: world.random.fork(),
      transport: this.#transport(world.dial),
      cache: faultyProvider(this.#watched(device), this.#disk, tampering),
      hints: { subscribe: () => () => undefined },
      log: setting.log,
      sizes: setting.screen,
      auth: { dev: setting.user },
      spare: new MemoryCacheProvider(),
      reconnect: reconnectPolicy('jitter'),
      heartbeat: heartbeatPolicy(undefined),
      program: {
        app: 'simulation',
        appVersion: '1',
        platform: 'simulation',
        locale: 'zh-CN',
        deviceKind: 'bot',
        deviceName: setting.name,
      },
      ...(tampering.units === undefined ? {} : { units: tampering.units }),
    });
  }

  /** Everything that left this process, as text where it is text. */
  get wire(): string {
    return Buffer.concat(this.#sent).toString();
  }

  /** What is written down on the device, past its disk; null before it was opened. */
  get storage(): CacheStore | null {
    return this.#stored;
  }

  #watched(device: CacheProvider): CacheProvider {
    return {
      open: async (user) => {
        this.#stored = await device.open(user);
        return this.#stored;
      },
      lastUser: () => device.lastUser(),
      rememberUser: (user) => device.rememberUser(user),
    };
  }

  /** The process is killed: what was not yet written on the device is lost. */
  async die(): Promise<void> {
    this.clock.die();
    for (const end of this.#links) end.abandon();
    this.#links.clear();
    await this.#disk.die();
  }

  readonly #hear = (bytes: Uint8Array, from: number, to: number): void => {
    const frame = decodeDown(bytes, from, to);
    if (frame !== undefined) this.setting.heard(frame);
  };

  #transport(dial: Dial): Transport {
    return {
      name: 'simulated',
      open: (events: LinkEvents) => {
        const end = dial();
        if (end === null) {
          this.clock.setTimer(1, () => events.closed(0, 'nobody answers'));
          return { send: () => undefined, close: () => undefined };
        }
        this.#links.add(end);
        let isOurs = true;
        const tap = new FrameSplitter(LIMITS.partBytesMax * 2, this.#hear, () => undefined);
        end.listen({
          bytes: (chunk) => {
            if (!isOurs) return;
            tap.push(chunk);
            events.received(chunk);
          },
          drained: () => undefined,
          closed: () => {
            this.#links.delete(end);
            if (isOurs) events.closed(0, '');
          },
        });
        this.clock.setTimer(0, () => isOurs && events.opened());
        return {
          send: (bytes) => {
            const sent = bytes.slice();
            this.#sent.push(sent);
            end.write(sent);
          },
          close: () => {
            isOurs = false;
            end.end();
          },
        };
      },
    };
  }
}

function faultyProvider(device: CacheProvider, disk: FaultyDisk, tampering: ClientTampering): CacheProvider {
  return {
    open: async (user) => {
      const inner = await disk.read(() => device.open(user));
      const cache: CacheStore = {
        load: () => disk.read(() => inner.load()),
        readEntries: (conversation, range) => disk.read(() => inner.readEntries(conversation, range)),
        readAmendments: (conversation, range) => disk.read(() => inner.readAmendments(conversation, range)),
        apply: (batch) => disk.write(() => inner.apply(batch)),
        destroy: () => disk.write(() => inner.destroy()),
        close: () => inner.close(),
      };
      return tampering.cache?.(cache) ?? cache;
    },
    lastUser: () => disk.read(() => device.lastUser()),
    rememberUser: (user) => disk.write(() => device.rememberUser(user)),
  };
}
