import type { DeviceNumber, Limits, UserNumber } from '@skein/model';
import type { EndReason, LiveConnections } from '../accounts/sessions.ts';
import { type Rate, TokenBucket } from '../limits/token-bucket.ts';
import type { ReadyConnection } from '../session/ready-connection.ts';
import type { Feed } from './feed.ts';

/** A user with at least one signed-in connection, or who had one a moment ago. */
export interface OnlineUser {
  readonly user: UserNumber;
  readonly connections: ReadyConnection[];
  /** The same connections' feeds, side by side so that fan-out touches nothing else. */
  readonly feeds: Feed[];
  /** [RQ5] Shared by all devices of the user. */
  readonly sends: TokenBucket;
}

const NOBODY: readonly ReadyConnection[] = [];

/** Who is online where: user → connections. */
export class Hub implements LiveConnections {
  readonly #sendRate: Rate;
  // Indexed by user number, which is dense: a lookup per member of a large group is one array read.
  readonly #online: (OnlineUser | undefined)[] = [];
  // Went offline with a bucket that is not full: forgetting it at once would make reconnecting a way around the rate.
  readonly #lingering = new Set<OnlineUser>();

  constructor(limits: Limits) {
    this.#sendRate = { perSecond: limits.sendsPerSecondMax, burst: limits.sendsBurstMax };
  }

  /** Adds a connection that has signed in; answers what all connections of the user share. */
  join(connection: ReadyConnection, nowMs: number): OnlineUser {
    const { user } = connection;
    let online = this.#online[user.number];
    if (online === undefined) {
      const sends = new TokenBucket(this.#sendRate, nowMs);
      // Made with their one element: the first push to an empty array makes room for seventeen.
      online = { user: user.number, connections: [connection], feeds: [connection.feed], sends };
      this.#online[user.number] = online;
      return online;
    }
    online.connections.push(connection);
    online.feeds.push(connection.feed);
    this.#lingering.delete(online);
    return online;
  }

  leave(connection: ReadyConnection): void {
    const online = this.#online[connection.user.number];
    const index = online?.connections.indexOf(connection) ?? -1;
    if (online === undefined || index === -1) return;
    online.connections.splice(index, 1);
    online.feeds.splice(index, 1);
    if (online.connections.length === 0) this.#lingering.add(online);
  }

  /** Forgets those who went offline and whose bucket has filled up again. */
  sweep(nowMs: number): void {
    for (const online of this.#lingering) {
      if (!online.sends.isFull(nowMs)) continue;
      this.#lingering.delete(online);
      this.#online[online.user] = undefined;
    }
  }

  feedsOf(user: UserNumber): readonly Feed[] | undefined {
    return this.#online[user]?.feeds;
  }

  /** A copy: ending a connection changes the list. */
  connectionsOf(user: UserNumber): readonly ReadyConnection[] {
    const online = this.#online[user];
    return online === undefined ? NOBODY : [...online.connections];
  }

  endConnections(user: UserNumber, device: DeviceNumber | undefined, reason: EndReason): void {
    for (const connection of this.connectionsOf(user)) {
      if (device === undefined || connection.device.number === device) connection.end(reason);
    }
  }
}
