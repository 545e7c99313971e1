import type { Timer } from '@skein/model';
import type { OutboxRow } from '../ports/cache-store.ts';

/** What one conversation has on its way: rows with counters first, ascending, then those that wait for one. */
export interface Lane {
  readonly to: string;
  rows: OutboxRow[];
  /** How many of `rows`, from the front, are on the wire of this connection. */
  sentCount: number;
  /** How many, from the front, survive a crash together with their counters, and may therefore be sent. */
  storedCount: number;
  /** Until when the server asked us to wait. */
  pause: Timer | null;
  pauses: number;
  /** The last `need` that was followed, and the highest counter sent by then: later echoes of it say nothing new. */
  need: number;
  needEchoesTo: number;
  /** The server forgot our counters: rows are being compared with the log before they get new ones. */
  isRebasing: boolean;
}

export function newLane(to: string): Lane {
  return {
    to,
    rows: [],
    sentCount: 0,
    storedCount: 0,
    pause: null,
    pauses: 0,
    need: 0,
    needEchoesTo: 0,
    isRebasing: false,
  };
}

/** Takes a row out, keeping the counts right. */
export function removeAt(lane: Lane, index: number): void {
  lane.rows.splice(index, 1);
  if (index < lane.sentCount) lane.sentCount--;
  if (index < lane.storedCount) lane.storedCount--;
}

/** The wait is over, or has become pointless. */
export function resumeLane(lane: Lane): void {
  lane.pause?.cancel();
  lane.pause = null;
}

/** How many counters have been given and not been answered. */
export function givenCount(lane: Lane): number {
  const index = lane.rows.findIndex(({ counter }) => counter === 0);
  return index === -1 ? lane.rows.length : index;
}

/** The order in which rows of one lane leave: what already has a counter first. */
export function inLaneOrder(a: OutboxRow, b: OutboxRow): number {
  if (a.counter !== 0 && b.counter !== 0) return a.counter - b.counter;
  if (a.counter !== b.counter) return a.counter === 0 ? 1 : -1;
  return a.order - b.order;
}
