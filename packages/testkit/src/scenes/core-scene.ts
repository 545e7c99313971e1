import { Core, type CoreOptions, type CorePorts, type Peer, type RegistrationPolicy } from '@skein/core';
import { type Limits, withLimits } from '@skein/model';
import type { SyncInit } from '@skein/protocol';
import { FakeDirectory } from '../fakes/fake-directory.ts';
import { FakePasswordHasher } from '../fakes/fake-password-hasher.ts';
import { FakeRecordStore } from '../fakes/fake-record-store.ts';
import { FakeStore } from '../fakes/fake-store.ts';
import { TestDigests } from '../fakes/test-digests.ts';
import { TestScramCrypto } from '../fakes/test-scram-crypto.ts';
import { ManualClock } from '../manual-clock.ts';
import { SeededRandom } from '../seeded-random.ts';
import { TestPeer } from './test-peer.ts';

export interface CoreSceneOptions {
  /** Of the core's randomness: a second core on the same data needs another one, or it gives out the same tokens. */
  readonly seed?: number;
  readonly limits?: Partial<Limits>;
  readonly registration?: RegistrationPolicy;
  readonly isDevelopment?: boolean;
  readonly store?: FakeStore;
  readonly directory?: FakeDirectory;
  readonly records?: FakeRecordStore;
  readonly clock?: ManualClock;
  readonly identityVerifier?: CorePorts['identityVerifier'];
  readonly instead?: CoreOptions['instead'];
  readonly topics?: CoreOptions['topics'];
}

export interface Arrival {
  /** Two peers of one name are two devices unless they share this. */
  readonly installation?: string;
  readonly sync?: SyncInit;
  readonly peer?: Partial<Peer>;
}

/** Enough of everything for a device that was never here. */
const FIRST_SYNC: SyncInit = { conversations: 50, entriesEach: 20 };

/** A whole core over fakes, with a clock that stands still. */
export class CoreScene {
  readonly core: Core;
  readonly store: FakeStore;
  readonly directory: FakeDirectory;
  readonly records: FakeRecordStore;
  readonly clock: ManualClock;
  readonly limits: Limits;
  /** What must not happen; a scene ends with none. */
  readonly bugs: unknown[];
  #arrivals = 0;

  private constructor(core: Core, of: Omit<CoreScene, 'core' | 'connect' | 'arrive' | 'throwBugs'>) {
    this.core = core;
    this.store = of.store;
    this.directory = of.directory;
    this.records = of.records;
    this.clock = of.clock;
    this.limits = of.limits;
    this.bugs = of.bugs;
  }

  static async open(options: CoreSceneOptions = {}): Promise<CoreScene> {
    const store = options.store ?? new FakeStore();
    const directory = options.directory ?? new FakeDirectory(store.users);
    const records = options.records ?? new FakeRecordStore();
    const clock = options.clock ?? new ManualClock();
    const limits = withLimits(options.limits ?? {});
    const bugs: unknown[] = [];
    const core = await Core.open(
      {
        store,
        directory,
        records,
        clock,
        hasher: new FakePasswordHasher(),
        digests: new TestDigests(),
        scramCrypto: new TestScramCrypto(),
        random: new SeededRandom(options.seed ?? 1),
        ...(options.identityVerifier === undefined ? {} : { identityVerifier: options.identityVerifier }),
      },
      {
        limits,
        serverName: 'a scene',
        registration: options.registration ?? 'open',
        isDevelopment: options.isDevelopment ?? true,
        onBug: (error) => bugs.push(error),
        ...(options.instead === undefined ? {} : { instead: options.instead }),
        ...(options.topics === undefined ? {} : { topics: options.topics }),
      },
    );
    return new CoreScene(core, { store, directory, records, clock, limits, bugs });
  }

  /** A socket that said nothing yet. */
  connect(peer: Partial<Peer> = {}): TestPeer {
    return new TestPeer(this.core, peer);
  }

  /** Signs in by name and catches up, so that what comes is pushed. */
  async arrive(
    name: string,
    { installation, sync = FIRST_SYNC, peer = {} }: Arrival = {},
  ): Promise<TestPeer> {
    const arrived = this.connect(peer);
    await arrived.hello({
      auth: { case: 'dev', value: name },
      installation: installation ?? `installation-number-${++this.#arrivals}`,
      sync,
    });
    return arrived;
  }

  /** For after each test: a bug that only closed a connection must not pass unnoticed. */
  throwBugs(): void {
    const [bug] = this.bugs;
    if (bug !== undefined) throw bug;
  }
}
