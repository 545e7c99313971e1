import { type Limits, type Refusal, refuse, type Timer } from '@skein/model';
import { FailedSignIns } from './accounts/failed-sign-ins.ts';
import type { PassingDeviceRecords } from './accounts/passing-device-records.ts';
import type { Program } from './accounts/program.ts';
import type { Proofs } from './accounts/proofs.ts';
import type { Invitation, Registrations } from './accounts/registrations.ts';
import { ScramSecrets } from './accounts/scram/scram-secrets.ts';
import { loadRevokedIdentities } from './accounts/sessions.ts';
import { type Assembly, assemble, type CoreOptions, type CorePorts } from './assemble.ts';
import { Avatars } from './avatars/avatars.ts';
import { Contacts } from './contacts/contacts.ts';
import type { Counters } from './counters.ts';
import { GroupNames } from './groups/group-names.ts';
import { loadWorld } from './log/load-world.ts';
import type { Users } from './log/users.ts';
import type { World } from './log/world.ts';
import { PersonalItems } from './personal/personal-items.ts';
import type { Outbound, Peer } from './ports/outbound.ts';
import type { Durability, Store, UserRow } from './ports/store.ts';
import { LastSeen } from './presence/last-seen.ts';
import { Connection } from './session/connection.ts';
import { Connections } from './session/connections.ts';
import type { CoreParts } from './session/parts.ts';
import { refusalFrom } from './session/ready-connection.ts';
import { Sweep } from './session/sweep.ts';
import type { Topics } from './topics/topics.ts';

/** The server without I/O. A gateway hands it connections, an operator's command its few calls. */
export class Core {
  readonly limits: Limits;
  readonly #parts: CoreParts;
  readonly #store: Store;
  readonly #connections: Connections;
  readonly #sweep: Sweep;
  #draining: Promise<void> | null = null;

  private constructor(assembly: Assembly, store: Store) {
    this.limits = assembly.limits;
    this.#parts = { ...assembly, isDraining: () => this.isDraining };
    this.#store = store;
    this.#connections = new Connections(assembly.limits);
    this.#sweep = new Sweep({ ...assembly, connections: this.#connections });
    this.#sweep.start();
  }

  /**
   * Loads what the stores hold and starts to serve.
   *
   * Errors: throws StoreUnavailableError, StoreFullError or StoreCorruptError.
   */
  static async open(ports: CorePorts, options: CoreOptions): Promise<Core> {
    const loaded = await loadWorld(ports.store, options.limits, options.instead?.rules);
    const { scramCrypto: crypto, random, records, digests, clock } = ports;
    const { limits } = options;
    const scramSecrets =
      crypto === undefined ? null : await ScramSecrets.open({ crypto, random, limits }, records);
    const failedSignIns = await FailedSignIns.load({ records, digests, clock, limits });
    const revokedIdentities = await loadRevokedIdentities(records, clock.nowMs());
    const lastSeen = await LastSeen.load(records);
    const contacts = await Contacts.load({ records, limits });
    const avatars = await Avatars.load({ records, digests, contacts, limits });
    const groupNames = await GroupNames.load({ records, world: loaded.world, limits });
    const personalItems = await PersonalItems.load({ records, contacts, limits });
    const kept = {
      avatars,
      contacts,
      groupNames,
      personalItems,
      scramSecrets,
      failedSignIns,
      revokedIdentities,
      lastSeen,
    };
    const assembly = assemble(ports, options, { ...loaded, ...kept });
    await assembly.topics.load();
    await assembly.passingDevices.endAll(assembly.sessions);
    return new Core(assembly, ports.store);
  }

  /** The broker of values that are no conversation. */
  get topics(): Topics {
    return this.#parts.topics;
  }

  /** Devices that are signed in for one connection. */
  get passingDevices(): Pick<PassingDeviceRecords, 'add' | 'remove'> {
    return this.#parts.passingDevices;
  }

  /** What an acknowledgement means here. */
  get durability(): Durability {
    return this.#parts.durability;
  }

  /** Whom people know, and whom they have blocked. */
  get contacts(): Contacts {
    return this.#parts.contacts;
  }

  /** The images that stand for people. */
  get avatars(): Avatars {
    return this.#parts.avatars;
  }

  /** The names that groups are found by. */
  get groupNames(): GroupNames {
    return this.#parts.groupNames;
  }

  /** What people publish about themselves. */
  get personalItems(): PersonalItems {
    return this.#parts.personalItems;
  }

  /** Everyone with an account. */
  get users(): Pick<Users, 'byNumber' | 'byId'> {
    return this.#parts.world.users;
  }

  /** New accounts, for gateways whose protocols have words of their own for it. */
  get registrations(): Pick<Registrations, 'policy' | 'register'> {
    return this.#parts.registrations;
  }

  /** Proves people for gateways that do so in their protocol's own way. */
  get proofs(): Proofs {
    return this.#parts.proofs;
  }

  get counters(): Counters {
    return this.#parts.counters;
  }

  /** The committed state, for looking at. */
  get world(): World {
    return this.#parts.world;
  }

  get isDraining(): boolean {
    return this.#draining !== null;
  }

  /** Commands that wait for the log. */
  get queuedCommands(): number {
    return this.#parts.sequencer.queuedCount;
  }

  /** Takes over a peer. When it can't be served, the connection is closed at once, with the reason. */
  connect(peer: Peer, outbound: Outbound): Connection {
    const connection = new Connection(this.#parts, this.#connections, peer, outbound);
    const refusal = this.isDraining ? 'serverRestart' : this.#connections.refusalOf(peer);
    this.#connections.add(connection);
    this.#parts.counters.connectionsOpened++;
    if (refusal !== null) connection.end(refusal);
    return connection;
  }

  get connectionCount(): number {
    return this.#connections.count;
  }

  /** Open connections by the gateway they came through. */
  connectionsByGateway(): Record<string, number> {
    return this.#connections.byGateway();
  }

  /** [SS11] Signed-in connections by what they say they are, the most frequent first. */
  connectionsByProgram(): readonly (Program & { readonly count: number })[] {
    return this.#connections.byProgram();
  }

  /** Bytes waiting for peers, over all connections. */
  queuedBytes(): number {
    return this.#connections.queuedBytes();
  }

  /**
   * Adds an account, whatever the registration policy: the operator asks.
   *
   * Errors: refuses auth.name_invalid, auth.name_taken, auth.password_weak, request.invalid, server.*.
   */
  createUser(id: string, password: string, name = ''): Promise<UserRow | Refusal> {
    return this.#parts.registrations.create({ user: id, password, name }).catch(refusalFrom);
  }

  /**
   * Sets a password and ends every session of the user.
   *
   * Errors: refuses user.not_found, auth.password_weak, request.invalid, server.*.
   */
  async resetPassword(id: string, password: string): Promise<UserRow | Refusal> {
    const { world, passwords } = this.#parts;
    const user = world.users.byId(id);
    if (user === undefined) return refuse('user.not_found');
    const weakness = passwords.judge(password);
    if (weakness !== null) return weakness;
    try {
      await passwords.set(user.number, password);
    } catch (error) {
      return refusalFrom(error);
    }
    return this.revokeUser(id);
  }

  /**
   * Ends every session of the user, live connections included.
   *
   * Errors: refuses user.not_found, server.*.
   */
  async revokeUser(id: string): Promise<UserRow | Refusal> {
    const { world, sessions } = this.#parts;
    const user = world.users.byId(id);
    if (user === undefined) return refuse('user.not_found');
    return sessions.end(user.number, 'revoked').then(() => user, refusalFrom);
  }

  /**
   * A code that makes one account.
   *
   * Errors: refuses server.*.
   */
  createInvitation(): Promise<Invitation | Refusal> {
    return this.#parts.registrations.invite(null).catch(refusalFrom);
  }

  /**
   * [SS10] Stops within `limits.drainMs`: nothing new is begun, what was accepted is committed and answered, every
   * connection is told to come back, the state is checkpointed and the store closed.
   */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    const { clock, markers } = this.#parts;
    let timer: Timer | undefined;
    const outOfTime = new Promise<void>((resolve) => {
      timer = clock.setTimer(this.limits.drainMs, resolve);
    });
    await Promise.race([this.#finish(), outOfTime]);
    timer?.cancel();
    // Out of time: who is still here hears at least that the server goes.
    this.#connections.endAll('serverRestart');
    this.#sweep.stop();
    markers.stop();
  }

  async #finish(): Promise<void> {
    const { sequencer, presence } = this.#parts;
    try {
      await sequencer.idle();
      this.#connections.endAll('serverRestart');
      this.#parts.topics.close();
      await sequencer.close();
      await presence.stop();
      await this.#store.close();
    } catch (error) {
      this.#parts.onBug(error);
    }
  }
}
