import type { Clock, DeviceNumber, Limits, Timer, UserNumber } from '@skein/model';
import { Availability, type PresenceInit } from '@skein/protocol';
import type { World } from '../log/world.ts';
import type { LastSeen } from './last-seen.ts';
import { type Acquaintance, maySeePresence } from './may-see.ts';
import { Watcher, type WatchingConnection } from './watcher.ts';

/** How the user of a connection says they are there. */
export interface OwnPresence {
  readonly availability: Availability;
  readonly text: string;
  readonly priority: number;
  /** Later ones are greater. */
  readonly version: number;
}

/** A signed-in connection, as presence sees it. */
export interface PresentConnection extends WatchingConnection {
  readonly device: { readonly number: DeviceNumber };
  /** Null until it says something itself. */
  ownPresence: OwnPresence | null;
  watcher: Watcher | null;
}

/** Who is connected: the core's hub is one. */
export interface PresentConnections {
  connectionsOf(user: UserNumber): readonly PresentConnection[];
}

export interface PresenceDeps {
  readonly connections: PresentConnections;
  readonly world: World;
  readonly contacts: Acquaintance['contacts'];
  readonly lastSeen: LastSeen;
  readonly clock: Clock;
  readonly limits: Limits;
}

const NOTHING_SAID: OwnPresence = {
  availability: Availability.unspecified,
  text: '',
  priority: 0,
  version: 0,
};

/**
 * Who is there, and who hears of it (rules PR1–PR9). What is told is looked up at that moment, from the connections that
 * there are: no event is trusted to come, or to come in order. Events only say of whom to look again.
 */
export class Presence {
  readonly #deps: PresenceDeps;
  readonly #watchers = new Map<UserNumber, Set<Watcher>>();
  /** Watched users of whom something changed since the last round. */
  readonly #changed = new Set<UserNumber>();
  /** Watchers that did not hear everything yet. */
  readonly #behind = new Set<Watcher>();
  #version: number;
  #savedAtMs = 0;
  #timer: Timer | null = null;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    // [PR3] By the clock, so that versions go on growing after a restart.
    this.#version = deps.clock.nowMs();
  }

  joined(connection: PresentConnection): void {
    this.#noteWatched(connection.user.number);
  }

  /** The connection is no longer among those of its user. */
  left(connection: PresentConnection): void {
    this.unwatch(connection, []);
    this.#bequeath(connection);
    this.#noteAbsence(connection.user.number);
  }

  /** [PR4] What a connection says of its user, until it ends or says otherwise. */
  set(connection: PresentConnection, said: Omit<OwnPresence, 'version'>): void {
    connection.ownPresence = { ...said, version: this.#nextVersion() };
    this.#noteAbsence(connection.user.number);
  }

  /** [PR1] How these users are there, as far as the asking user may know. */
  find(asker: UserNumber, users: Iterable<number>): PresenceInit[] {
    return Array.from(new Set(users), (user) => this.#seenBy(asker, user as UserNumber));
  }

  /** [PR5] Tells of changes from now on; false, and nothing is watched, where that would be too many. */
  watch(connection: PresentConnection, users: readonly number[]): boolean {
    const watcher = connection.watcher ?? new Watcher(connection);
    const known = users.filter((user) => this.#deps.world.users.byNumber(user as UserNumber) !== undefined);
    const more = new Set(known.filter((user) => !watcher.users.has(user as UserNumber)) as UserNumber[]);
    if (watcher.users.size + more.size > this.#deps.limits.presenceWatchesMax) return false;
    connection.watcher = watcher;
    for (const user of more) {
      watcher.users.add(user);
      const watchers = this.#watchers.get(user) ?? new Set();
      this.#watchers.set(user, watchers.add(watcher));
    }
    return true;
  }

  /** No user named: all of them. */
  unwatch(connection: PresentConnection, users: readonly number[]): void {
    const { watcher } = connection;
    if (watcher === null) return;
    for (const user of users.length === 0 ? watcher.users : (users as readonly UserNumber[])) {
      watcher.users.delete(user);
      watcher.stale.delete(user);
      const watchers = this.#watchers.get(user);
      watchers?.delete(watcher);
      if (watchers?.size === 0) this.#watchers.delete(user);
    }
    if (watcher.users.size > 0) return;
    this.#behind.delete(watcher);
    connection.watcher = null;
  }

  /** [PR2] Whom this user may see, and who may see them, is no longer what it was. */
  acquaintanceChanged(user: UserNumber): void {
    this.#noteWatched(user);
    for (const { watcher } of this.#deps.connections.connectionsOf(user)) {
      if (watcher === null) continue;
      for (const watched of watcher.users) watcher.stale.add(watched);
      this.#behind.add(watcher);
      this.#tellLater();
    }
  }

  /** [PR6] Called once per sweep; stores now and then when people were seen. */
  async sweep(nowMs: number): Promise<void> {
    if (nowMs - this.#savedAtMs < this.#deps.limits.lastSeenSaveMs) return;
    this.#savedAtMs = nowMs;
    await this.#deps.lastSeen.save();
  }

  /** Nothing is told any more. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    this.#behind.clear();
    this.#changed.clear();
    await this.#deps.lastSeen.save();
  }

  /** How many pairs of watcher and user there are; for tests of what is let go. */
  get watchCount(): number {
    return [...this.#watchers.values()].reduce((count, watchers) => count + watchers.size, 0);
  }

  #noteAbsence(user: UserNumber): void {
    if (this.#shownOf(user) === null) this.#deps.lastSeen.note(user, this.#deps.clock.nowMs());
    this.#noteWatched(user);
  }

  #noteWatched(user: UserNumber): void {
    if (!this.#watchers.has(user)) return;
    this.#changed.add(user);
    this.#tellLater();
  }

  /** [PR3] Numbers statements, not changes: who asks often learns nothing about strangers from it. */
  #nextVersion(): number {
    this.#version = Math.max(this.#version + 1, this.#deps.clock.nowMs());
    return this.#version;
  }

  #tellLater(): void {
    const { clock, limits } = this.#deps;
    this.#timer ??= clock.setTimer(limits.presenceIntervalMs, () => this.#tell());
  }

  /** [PR7, PR8] One frame per watcher and round, of those that have room; the others hear the latest when they have. */
  #tell(): void {
    this.#timer = null;
    for (const user of this.#changed) {
      for (const watcher of this.#watchers.get(user) ?? []) {
        watcher.stale.add(user);
        this.#behind.add(watcher);
      }
    }
    this.#changed.clear();
    for (const watcher of this.#behind) {
      if (watcher.connection.feed.hasRoom) this.#tellSome(watcher);
    }
    if (this.#behind.size > 0) this.#tellLater();
  }

  #tellSome(watcher: Watcher): void {
    const { connection, stale } = watcher;
    const users = [...stale].slice(0, this.#deps.limits.presenceUsersPerFrameMax);
    for (const user of users) stale.delete(user);
    if (stale.size === 0) this.#behind.delete(watcher);
    connection.outbound.send({
      case: 'presence',
      value: { users: this.find(connection.user.number, users) },
    });
  }

  #seenBy(asker: UserNumber, user: UserNumber): PresenceInit {
    const { world, contacts, lastSeen, limits } = this.#deps;
    const version = this.#nextVersion();
    if (!maySeePresence({ world, contacts, membersMax: limits.fleetingMembersMax }, { asker, user })) {
      return { user, online: false, version };
    }
    const shown = this.#shownOf(user);
    if (shown === null) return { user, online: false, seenMs: lastSeen.of(user), version };
    return { user, online: true, availability: shown.availability, text: shown.text, version };
  }

  /** [PR4] Of all connections of a user that show themselves, what the first among them says; null: not there. */
  #shownOf(user: UserNumber): OwnPresence | null {
    let shown: OwnPresence | null = null;
    const connections = this.#deps.connections.connectionsOf(user);
    const saidBy = latestByDevice(connections);
    for (const { device, ownPresence } of connections) {
      const own = ownPresence ?? saidBy.get(device.number) ?? NOTHING_SAID;
      if (own.availability === Availability.hidden) continue;
      if (shown === null || isBefore(own, shown)) shown = own;
    }
    return shown;
  }

  /** [PR9] What a device said outlives the connection it was said on, for those that the device still has. */
  #bequeath({ user, device, ownPresence }: PresentConnection): void {
    if (ownPresence === null) return;
    for (const other of this.#deps.connections.connectionsOf(user.number)) {
      if (other.device.number === device.number) other.ownPresence ??= ownPresence;
    }
  }
}

/** [PR9] Looked up each time, so that nothing has to be kept in step with connections that come and go. */
function latestByDevice(connections: readonly PresentConnection[]): ReadonlyMap<DeviceNumber, OwnPresence> {
  const latest = new Map<DeviceNumber, OwnPresence>();
  for (const { device, ownPresence } of connections) {
    if (ownPresence !== null && ownPresence.version > (latest.get(device.number)?.version ?? 0))
      latest.set(device.number, ownPresence);
  }
  return latest;
}

function isBefore(a: OwnPresence, b: OwnPresence): boolean {
  return a.priority === b.priority ? a.version > b.version : a.priority > b.priority;
}
