import {
  Core,
  type CoreOptions,
  type Directory,
  type RecordStore,
  type Replacements,
  type Store,
} from '@skein/core';
import { type ByteLink, FlushList, NativeSession } from '@skein/gateways';
import type { Clock } from '@skein/model';
import {
  type DiskTimes,
  FakePasswordHasher,
  FaultyDirectory,
  FaultyDisk,
  FaultyRecordStore,
  FaultyStore,
  type SeededRandom,
  TestDigests,
} from '@skein/testkit';
import type { LinkEnd } from './network.ts';
import { ProcessClock } from './process-clock.ts';

/** What survives the death of the server's process. */
export interface ServerData {
  readonly store: Store;
  readonly directory: Directory;
  readonly records: RecordStore;
}

export interface ServerSettings {
  readonly options: CoreOptions;
  readonly diskTimes: DiskTimes;
  readonly wallSkewMs: number;
}

/** Where a planted bug takes hold of the server; the sound world changes nothing. */
export interface ServerTampering {
  store?(store: FaultyStore): Store;
  readonly instead?: Partial<Replacements>;
}

/** One life of the server's process: the shipped core and the shipped native session over simulated disk and network. */
export class ServerNode {
  readonly clock: ProcessClock;
  readonly disk: FaultyDisk;
  readonly core: Promise<Core>;
  /** The most bytes that any connection had waiting (I12). */
  queuedBytesMax = 0;
  readonly #links = new Set<LinkEnd>();
  readonly #flushes: FlushList;
  readonly #bugs: unknown[];

  constructor(
    world: { clock: Clock; random: SeededRandom; bugs: unknown[] },
    data: ServerData,
    settings: ServerSettings,
    tampering: ServerTampering = {},
  ) {
    this.#bugs = world.bugs;
    this.clock = new ProcessClock(world.clock, settings.wallSkewMs);
    this.disk = new FaultyDisk(this.clock, world.random.fork(), settings.diskTimes);
    const store = new FaultyStore(data.store, this.disk);
    this.#flushes = new FlushList((flushAll) => this.clock.setTimer(0, flushAll));
    this.core = Core.open(
      {
        store: tampering.store?.(store) ?? store,
        directory: new FaultyDirectory(data.directory, this.disk),
        records: new FaultyRecordStore(data.records, this.disk),
        hasher: new FakePasswordHasher(),
        digests: new TestDigests(),
        clock: this.clock,
        random: world.random.fork(),
      },
      {
        ...settings.options,
        ...(tampering.instead === undefined ? {} : { instead: tampering.instead }),
        onBug: (error) => world.bugs.push(error),
      },
    );
  }

  /** A client reached this process. */
  async accept(end: LinkEnd): Promise<void> {
    this.#links.add(end);
    const core = await this.core;
    const session = new NativeSession(
      { core, flushes: this.#flushes, report: (error) => this.#bugs.push(error) },
      { gateway: 'tcp', address: '127.0.0.1', isLoopback: true, isSecure: false },
      linkTo(end),
    );
    end.listen({
      bytes: (chunk) => session.receive(chunk),
      drained: () => session.drained(),
      closed: () => {
        this.#links.delete(end);
        session.ended();
      },
    });
  }

  /** Looks at what every connection has waiting. */
  measure(): void {
    for (const end of this.#links) this.queuedBytesMax = Math.max(this.queuedBytesMax, end.queuedBytes);
  }

  /** SIGKILL: timers, sockets and unfinished writes end here. */
  async die(): Promise<void> {
    this.clock.die();
    for (const end of this.#links) end.abandon();
    this.#links.clear();
    await this.disk.die();
  }
}

function linkTo(end: LinkEnd): ByteLink {
  return {
    write: (bytes) => end.write(bytes),
    get queuedBytes() {
      return end.queuedBytes;
    },
    pause: () => end.pauseReading(true),
    resume: () => end.pauseReading(false),
    end: () => end.end(),
  };
}
