import type { Clock, Limits, Random } from '@skein/model';
import type { ExpiringRecords } from './accounts/expiring-records.ts';
import { ExternalIdentities } from './accounts/external-identities.ts';
import type { FailedSignIns } from './accounts/failed-sign-ins.ts';
import { LeftDevices, type SessionDevice } from './accounts/left-devices.ts';
import { PassingDeviceRecords } from './accounts/passing-device-records.ts';
import { Passwords } from './accounts/passwords.ts';
import { Proofs } from './accounts/proofs.ts';
import { type RegistrationPolicy, Registrations } from './accounts/registrations.ts';
import type { ScramSecrets } from './accounts/scram/scram-secrets.ts';
import { Sessions } from './accounts/sessions.ts';
import { SignIn } from './accounts/sign-in.ts';
import type { Avatars } from './avatars/avatars.ts';
import type { Contacts } from './contacts/contacts.ts';
import { Counters } from './counters.ts';
import { FanOut } from './delivery/fan-out.ts';
import { GuardedEvents } from './delivery/guarded-events.ts';
import { Hub } from './delivery/hub.ts';
import { LocalBroker } from './delivery/local-broker.ts';
import { Markers } from './delivery/markers.ts';
import { TypingRelay } from './delivery/typing.ts';
import type { GroupNames } from './groups/group-names.ts';
import type { LoadedWorld } from './log/load-world.ts';
import type { LogEvents } from './log/log-events.ts';
import { LogReader } from './log/log-reader.ts';
import type { LogRules } from './log/log-rules.ts';
import { Sequencer } from './log/sequencer.ts';
import type { PersonalItems } from './personal/personal-items.ts';
import type { Broker } from './ports/broker.ts';
import type { Digests } from './ports/digests.ts';
import type { Directory } from './ports/directory.ts';
import type { IdentityVerifier } from './ports/identity-verifier.ts';
import type { PasswordHasher } from './ports/password-hasher.ts';
import type { RecordStore } from './ports/record-store.ts';
import type { ScramCrypto } from './ports/scram-crypto.ts';
import type { Store } from './ports/store.ts';
import type { LastSeen } from './presence/last-seen.ts';
import { Presence } from './presence/presence.ts';
import type { CoreParts } from './session/parts.ts';
import { History } from './sync/history.ts';
import { SyncAnswers } from './sync/sync.ts';
import { Topics, type TopicsOptions } from './topics/topics.ts';
import { Wills } from './transient/wills.ts';

/** What the core reaches the world through. */
export interface CorePorts {
  readonly store: Store;
  readonly directory: Directory;
  readonly records: RecordStore;
  readonly hasher: PasswordHasher;
  readonly digests: Digests;
  readonly clock: Clock;
  readonly random: Random;
  /** Left out where nobody else's backend vouches for users. */
  readonly identityVerifier?: IdentityVerifier;
  /** Left out where no gateway takes proofs instead of passwords. */
  readonly scramCrypto?: ScramCrypto;
  /** Left out on a single node. */
  readonly broker?: Broker;
}

export interface CoreOptions {
  readonly limits: Limits;
  /** Told in Welcome. */
  readonly serverName: string;
  readonly registration: RegistrationPolicy;
  /** [CV14] Whether whoever enters a conversation sees only what comes from then on; left out: all of its log. */
  readonly isHistoryFromJoining?: boolean;
  /** Allows the sign-in by name alone; never set on a server that others can reach. */
  readonly isDevelopment: boolean;
  /** Left out: `topics/…` for everybody who signs in, and nothing else. */
  readonly topics?: TopicsOptions;
  /** Told of every bug; it ended one connection, and the process goes on. */
  readonly onBug?: (error: unknown) => void;
  /** Puts something else in the place of parts, so that a test can show that it would notice. */
  readonly instead?: Partial<Replacements>;
}

export interface Replacements {
  readonly rules: LogRules;
  readonly events: (events: LogEvents) => LogEvents;
  readonly reader: (reader: LogReader) => LogReader;
  readonly syncAnswers: (answers: SyncAnswers) => SyncAnswers;
  readonly history: (history: History) => History;
}

const TOPICS: TopicsOptions = { prefix: 'topics', hasOwnTrees: false, hasFreeSpace: false };

/** What one core is made of beside its connections. */
export type Assembly = Omit<CoreParts, 'isDraining'>;

/** What was read before anything can be put together. */
export interface Loaded extends LoadedWorld {
  readonly scramSecrets: ScramSecrets | null;
  readonly avatars: Avatars;
  readonly contacts: Contacts;
  readonly groupNames: GroupNames;
  readonly personalItems: PersonalItems;
  readonly failedSignIns: FailedSignIns;
  readonly revokedIdentities: ExpiringRecords;
  readonly lastSeen: LastSeen;
}

/** Puts the parts together; the one place that knows who needs whom. */
export function assemble(ports: CorePorts, options: CoreOptions, loaded: Loaded): Assembly {
  const { store, clock } = ports;
  const { limits, serverName, isHistoryFromJoining = false, instead = {} } = options;
  const { world, recent } = loaded;
  const counters = new Counters();
  const onBug = options.onBug ?? (() => undefined);
  const hub = new Hub(limits);
  const { contacts, lastSeen } = loaded;
  const markers = new Markers({ hub, contacts, clock, limits });
  const presence = new Presence({ connections: hub, world, contacts, lastSeen, clock, limits });
  contacts.listen({ contactChanged: (user) => presence.acquaintanceChanged(user) });
  const broker = ports.broker ?? new LocalBroker();
  const fanOut = new FanOut({ world, hub, markers, presence, broker, clock });
  const events = new GuardedEvents(instead.events?.(fanOut) ?? fanOut, (error) => {
    counters.bugs++;
    onBug(error);
  });
  const isBlockedBetween = contacts.isBlockedBetween.bind(contacts);
  const policy = {
    isHistoryFromJoining,
    isBlockedBetween,
    ...(instead.rules === undefined ? {} : { rules: instead.rules }),
  };
  const sequencer = new Sequencer({ world, store, clock, limits, recent, events, counters, ...policy });
  const ownReader = new LogReader(world, store, recent);
  const reader = instead.reader?.(ownReader) ?? ownReader;
  const syncAnswers = new SyncAnswers({ world, reader, contacts, limits, epoch: store.epoch });
  const history = new History({ world, reader, limits });
  const accounts = assembleAccounts(ports, options, { world, hub, loaded });
  // What the store could not take is no more than a device that its user may sign out.
  const passing = new PassingDeviceRecords({ records: ports.records, onFailure: () => undefined });
  const leftDevices = new LeftDevices({ ...accounts, passing, connections: hub });
  return {
    ...accounts,
    clock,
    limits,
    otherRate: { perSecond: limits.requestsPerSecondMax, burst: limits.requestsBurstMax },
    counters,
    avatars: loaded.avatars,
    groupNames: loaded.groupNames,
    personalItems: loaded.personalItems,
    contacts,
    serverName,
    epoch: store.epoch,
    durability: store.durability,
    world,
    sequencer,
    reader,
    hub,
    markers,
    typing: new TypingRelay(hub, limits),
    presence,
    wills: new Wills({ hub, world, contacts, clock }),
    onBug,
    syncAnswers: instead.syncAnswers?.(syncAnswers) ?? syncAnswers,
    history: instead.history?.(history) ?? history,
    topics: assembleTopics(ports, options, leftDevices),
    passingDevices: passing,
  };
}

function assembleTopics(
  { records, clock }: CorePorts,
  { limits, topics = TOPICS }: CoreOptions,
  leftDevices: LeftDevices,
): Topics {
  // What depended on the store was refused to whoever asked; what did not is done again after a restart.
  const onFailure = (): void => undefined;
  const deviceLeft = (device: SessionDevice): void => {
    leftDevices.signOut(device).catch(onFailure);
  };
  return new Topics({ records, clock, limits, onFailure, deviceLeft }, topics);
}

function assembleAccounts(
  ports: CorePorts,
  options: CoreOptions,
  { world, hub, loaded }: Pick<CoreParts, 'world' | 'hub'> & { readonly loaded: Loaded },
): Pick<CoreParts, 'directory' | 'sessions' | 'passwords' | 'registrations' | 'signIn' | 'proofs'> {
  const { limits, isDevelopment, registration: policy } = options;
  const { scramSecrets, failedSignIns, revokedIdentities } = loaded;
  const passwords = new Passwords({ ...ports, limits, failedSignIns, scramSecrets });
  const sessions = new Sessions({ ...ports, limits, live: hub, revokedIdentities });
  const registrations = new Registrations({ ...ports, limits, world, passwords, failedSignIns, policy });
  const identities = new ExternalIdentities({ ...ports, limits, world, registrations });
  const accounts = { sessions, passwords, registrations, identities };
  const signIn = new SignIn({ ...ports, ...accounts, limits, world, isDevelopment });
  const proving = { failedSignIns, scramSecrets };
  const proofs = new Proofs({ ...ports, ...accounts, ...proving, limits, world });
  return { directory: ports.directory, sessions, passwords, registrations, signIn, proofs };
}
