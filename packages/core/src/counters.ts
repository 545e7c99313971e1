import { CLOSE_CODE, type CloseReason } from '@skein/protocol';

/**
 * Plain sums since the start, for the metrics page and for tests. Nothing here decides anything; whoever does the thing
 * adds one.
 */
export class Counters {
  /** Sends offered, and what became of them: in the log, said "no" to, or told to come again in turn. */
  sends = 0;
  acknowledged = 0;
  refused = 0;
  outOfTurn = 0;
  /** Entries in the log, the server's own included. */
  stored = 0;
  /** Batches committed, and commits the store could not make. */
  commits = 0;
  commitsFailed = 0;
  /** Entries handed to connections, hints sent in their place, and entries the devices said they have. */
  pushed = 0;
  hinted = 0;
  pushesAcknowledged = 0;
  /** Pushes that ended with their connection: the device finds them by its cursor. */
  pushesAbandoned = 0;
  /** Delivered markers that moved. */
  delivered = 0;
  resyncs = 0;
  syncs = 0;
  signIns = 0;
  signInsFailed = 0;
  connectionsOpened = 0;
  bugs = 0;
  /** Connections ended by the server, by reason. */
  readonly closed: Record<CloseReason, number> = zeroForEachReason();

  /** Pushes that are on their way: neither acknowledged nor ended with their connection. */
  get pending(): number {
    return this.pushed - this.pushesAcknowledged - this.pushesAbandoned;
  }
}

function zeroForEachReason(): Record<CloseReason, number> {
  return Object.fromEntries(Object.keys(CLOSE_CODE).map((reason) => [reason, 0])) as Record<
    CloseReason,
    number
  >;
}
