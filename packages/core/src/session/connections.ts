import type { Limits } from '@skein/model';
import type { CloseReason } from '@skein/protocol';
import type { Program } from '../accounts/program.ts';
import type { Peer } from '../ports/outbound.ts';
import type { Connection, ConnectionWatcher } from './connection.ts';

/** [SS9] All open connections of all gateways, and how many more there may be. */
export class Connections implements ConnectionWatcher {
  readonly #limits: Limits;
  readonly #open = new Set<Connection>();
  readonly #byGateway = new Map<string, number>();
  readonly #byProgram = new Map<string, { readonly program: Program; count: number }>();
  // Whoever has not signed in, and how many of them share an address.
  readonly #strangers = new Set<Connection>();
  readonly #strangersByAddress = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.values();
  }

  /** Why this peer can't be taken; null when it can. */
  refusalOf(peer: Peer): CloseReason | null {
    if (this.#open.size >= this.#limits.connectionsMax) return 'overloaded';
    const strangers = this.#strangersByAddress.get(peer.address) ?? 0;
    return strangers >= this.#limits.unauthenticatedPerAddressMax ? 'rateLimited' : null;
  }

  add(connection: Connection): void {
    const { gateway, address } = connection.peer;
    this.#open.add(connection);
    this.#strangers.add(connection);
    count(this.#byGateway, gateway, 1);
    count(this.#strangersByAddress, address, 1);
  }

  signedIn(connection: Connection, program: Program): Program {
    this.#noStranger(connection);
    const key = keyOf(program);
    const same = this.#byProgram.get(key) ?? { program, count: 0 };
    this.#byProgram.set(key, same);
    same.count++;
    return same.program;
  }

  closed(connection: Connection): void {
    this.#noStranger(connection);
    if (!this.#open.delete(connection)) return;
    count(this.#byGateway, connection.peer.gateway, -1);
    if (connection.program !== null) this.#leftProgram(connection.program);
  }

  byGateway(): Record<string, number> {
    return Object.fromEntries(this.#byGateway);
  }

  /** Signed-in connections by program, the most frequent first. */
  byProgram(): readonly (Program & { readonly count: number })[] {
    return [...this.#byProgram.values()]
      .map(({ program, count: connections }) => ({ ...program, count: connections }))
      .toSorted((a, b) => b.count - a.count);
  }

  queuedBytes(): number {
    let bytes = 0;
    for (const connection of this.#open) bytes += connection.queuedBytes;
    return bytes;
  }

  endAll(reason: CloseReason): void {
    for (const connection of this.#open) connection.end(reason);
  }

  #leftProgram(program: Program): void {
    const key = keyOf(program);
    const same = this.#byProgram.get(key);
    if (same !== undefined && --same.count === 0) this.#byProgram.delete(key);
  }

  #noStranger(connection: Connection): void {
    if (this.#strangers.delete(connection)) count(this.#strangersByAddress, connection.peer.address, -1);
  }
}

function keyOf({ protocol, app }: Program): string {
  return JSON.stringify({ protocol, app });
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
}
