import type { UserNumber } from '@skein/model';
import type { DownFrameInit } from '@skein/protocol';

/** What a watcher needs of its connection. */
export interface WatchingConnection {
  readonly user: { readonly number: UserNumber };
  readonly outbound: { send(frame: DownFrameInit): void };
  readonly feed: { readonly hasRoom: boolean };
}

/** A connection that wants to hear of changes, of whom, and of whom it has not heard the latest. */
export class Watcher {
  readonly connection: WatchingConnection;
  readonly users = new Set<UserNumber>();
  /** Users, not changes: the last value wins, so a slow reader costs no more than what it asked for. */
  readonly stale = new Set<UserNumber>();

  constructor(connection: WatchingConnection) {
    this.connection = connection;
  }
}
