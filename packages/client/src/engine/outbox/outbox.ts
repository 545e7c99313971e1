import {
  type ConversationId,
  conversationId,
  type DeviceNumber,
  deviceNumber,
  ENTRY_KIND,
  isRefusalCode,
  REFUSALS,
  seq,
  type Timer,
} from '@skein/model';
import type { Ack, Refused } from '@skein/protocol';
import type { CounterRow, EntryRow, OutboxRow } from '../ports/cache-store.ts';
import { givenCount, inLaneOrder, type Lane, newLane, removeAt, resumeLane } from './lane.ts';
import { LaneRecovery } from './lane-recovery.ts';
import type { OutboxDeps, OutboxDraft, OutboxOutcome } from './outbox-deps.ts';
import { sendFrameOf } from './send-frame.ts';

/** On their way at once: fills any round trip, and stays below what the server remembers per device. */
const WINDOW = 64;
/** Nothing at all was answered for this long: the connection is doubtful. */
const ANSWER_TIMEOUT_MS = 20_000;

const NO_COUNTER = { counter: 0, device: deviceNumber(0), afterSeq: seq(0) } as const;

/**
 * Everything that has to reach the server exactly once: kept before the first byte leaves, in order per conversation, sent
 * again on every connection until it is answered. Rules OB1–OB9.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #lanes = new Map<string, Lane>();
  readonly #recovery: LaneRecovery;
  readonly #failed = new Map<number, OutboxRow>();
  /** Another window sends, and is online; and of which 1,000th this one counts, so that no two give the same place. */
  isLedOnline = false;
  slot = 0;
  #lastOrder = 0;
  #isOnline = false;
  #watch: Timer | null = null;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#recovery = new LaneRecovery(deps, {
      transmit: (lane) => this.#transmit(lane),
      pump: () => this.#pump(),
      takeCounters: (lane) => this.#takeCounters(lane),
    });
  }

  load(rows: readonly OutboxRow[], counters: readonly CounterRow[], device: DeviceNumber): void {
    this.#deps.counters.load(counters, device);
    const taken = new Set(this.rows().map(({ order }) => order));
    this.#lastOrder = rows.reduce((last, { order }) => Math.max(last, order), this.#lastOrder);
    for (const stored of rows) {
      // A clock that was set back lets a send of this life, made before the store was read, take the place of an older one.
      const row = taken.has(stored.order) ? this.#keep({ ...stored, order: ++this.#lastOrder }) : stored;
      if (row.refusal !== '') this.#failed.set(row.order, row);
      else this.#laneOf(row.to).rows.push(row);
      this.#deps.changed(row, 'kept');
    }
    for (const lane of this.#lanes.values()) {
      lane.rows.sort(inLaneOrder);
      lane.storedCount = givenCount(lane);
    }
  }

  /** All rows, in the order they were made. */
  rows(): readonly OutboxRow[] {
    const waiting = [...this.#lanes.values()].flatMap(({ rows }) => rows);
    return [...waiting, ...this.#failed.values()].toSorted((a, b) => a.order - b.order);
  }

  rowsTo(to: string): readonly OutboxRow[] {
    const failed = [...this.#failed.values()].filter((row) => row.to === to);
    return [...(this.#lanes.get(to)?.rows ?? []), ...failed].toSorted((a, b) => a.order - b.order);
  }

  isOnWire(row: OutboxRow): boolean {
    return row.counter !== 0 && (this.#isOnline || this.isLedOnline);
  }

  /** Rows on the wire of this connection that have no answer yet. */
  get inFlightCount(): number {
    return [...this.#lanes.values()].reduce((count, lane) => count + lane.sentCount, 0);
  }

  /** [OB1] On the list and in the store at once; on the wire when the store has it. */
  add(draft: OutboxDraft): OutboxRow {
    // Wall time in µs keeps the order across restarts, before what was stored has been read.
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.#deps.clock.nowMs() * 1_000 + this.slot);
    const row: OutboxRow = {
      ...draft,
      order: this.#lastOrder,
      conversation: this.#deps.addressOf(draft.to)?.conversation ?? conversationId(0),
      ...NO_COUNTER,
      createdAtMs: this.#deps.clock.nowMs(),
      refusal: '',
    };
    this.#laneOf(row.to).rows.push(row);
    this.#keep(row);
    this.#pump();
    // [OB1] What has to wait for a connection or an address is not gathered: a program may end at any moment. A store that
    // fails is tried again by itself.
    this.#deps.writer.flush().catch(() => undefined);
    return row;
  }

  /** Caught up: everything unanswered leaves again, from the first. */
  connected(device: DeviceNumber): void {
    this.#isOnline = true;
    // Another number for this installation: what was stored under the old one has been recognised by now.
    const isRenumbered = device !== this.#deps.counters.device;
    if (isRenumbered) this.#deps.counters.restart(device);
    for (const lane of this.#lanes.values()) {
      if (isRenumbered) this.#takeCounters(lane);
      lane.sentCount = 0;
      lane.need = 0;
      resumeLane(lane);
      for (const row of lane.rows) this.#deps.changed(row, 'kept');
    }
    this.#pump();
    for (const lane of this.#lanes.values()) this.#transmit(lane);
  }

  disconnected(): void {
    if (!this.#isOnline) return;
    this.#isOnline = false;
    for (const lane of this.#lanes.values()) {
      resumeLane(lane);
      lane.sentCount = 0;
      for (const row of lane.rows) this.#deps.changed(row, 'kept');
    }
    this.#watchAnswers(true);
  }

  /** [OB3] Stored at the server. Null for an answer to what was answered before. */
  acked(ack: Ack): OutboxRow | null {
    const lane = this.#laneWith(conversationId(ack.conversation));
    const index = lane?.rows.findIndex(({ counter }) => counter === ack.counter) ?? -1;
    const row = lane?.rows[index];
    if (lane === undefined || row === undefined) return null;
    lane.pauses = 0;
    this.#remove(lane, index, 'stored');
    this.#pump();
    return row;
  }

  /** An own entry came with history or a sync: its ack was lost. */
  recognised(entry: Pick<EntryRow, 'conversation' | 'device' | 'counter'>): OutboxRow | null {
    const lane = this.#laneWith(entry.conversation);
    const isIt = (row: OutboxRow) => row.counter === entry.counter && row.device === entry.device;
    const index = lane?.rows.findIndex(isIt) ?? -1;
    const row = lane?.rows[index];
    if (lane === undefined || row === undefined) return null;
    this.#remove(lane, index, 'stored');
    return row;
  }

  refused(refused: Refused): void {
    const lane = this.#laneWith(conversationId(refused.conversation));
    if (lane === undefined || lane.isRebasing) return;
    if (refused.need > 0) return this.#recovery.needed(lane, refused);
    const index = lane.rows.findIndex(({ counter }) => counter === refused.counter);
    if (index === -1) return;
    if (isRefusalCode(refused.code) && REFUSALS[refused.code].retryable)
      return this.#recovery.pause(lane, index, refused);
    if (refused.code === 'conflict.duplicate') return this.#recovery.rebase(lane, null);
    this.#fail(lane, index, refused.code);
    this.#pump();
  }

  /** [WN3] A row as another window has it, or what became of it there. */
  mirror(row: OutboxRow, outcome: OutboxOutcome): void {
    const lane = this.#laneOf(row.to);
    const index = lane.rows.findIndex(({ order }) => order === row.order);
    if (index >= 0) lane.rows.splice(index, 1);
    this.#failed.delete(row.order);
    if (row.refusal !== '' && row.kind === ENTRY_KIND.message) this.#failed.set(row.order, row);
    else if (outcome === 'kept') lane.rows.push(row);
    lane.rows.sort(inLaneOrder);
    if (lane.rows.length === 0) this.#lanes.delete(row.to);
    this.#deps.changed(row, outcome);
  }

  /** A conversation that rows waited for is there now. */
  addressed(to: string): void {
    if (this.#lanes.has(to)) this.#pump();
  }

  /** It cannot be opened: nobody of that name. */
  unaddressable(to: string, code: string): void {
    const lane = this.#lanes.get(to);
    while (lane !== undefined && lane.rows.length > 0) this.#fail(lane, 0, code);
  }

  /** [OB6] Only what has no counter can be taken back: nothing of it has ever been on the wire. */
  cancel(order: number): 'cancelled' | 'too-late' {
    const failed = this.#failed.get(order);
    if (failed !== undefined) {
      this.#failed.delete(order);
      this.#drop(failed, 'cancelled');
      return 'cancelled';
    }
    for (const lane of this.#lanes.values()) {
      const index = lane.rows.findIndex((row) => row.order === order);
      if (index === -1) continue;
      if (lane.rows[index]?.counter !== 0) return 'too-late';
      this.#remove(lane, index, 'cancelled');
      return 'cancelled';
    }
    return 'too-late';
  }

  /** [OB7] A refused send used its counter up and can never arrive; so it is sent anew, at the end. */
  retry(order: number): void {
    const row = this.#failed.get(order);
    if (row === undefined) return;
    this.#failed.delete(order);
    this.#laneOf(row.to).rows.push(this.#keep({ ...row, ...NO_COUNTER, refusal: '' }));
    this.#pump();
  }

  /**
   * [CU8] The server has another store: numbers of the old one mean nothing, or something else. What was written to a person
   * finds its way again; what was written to a group has no address any more.
   */
  reset(): void {
    this.#deps.counters.restart(this.#deps.counters.device);
    for (const lane of this.#lanes.values()) resumeLane(lane);
    const rows = Array.from(this.#lanes.values(), (lane) => lane.rows.toSorted(inLaneOrder)).flat();
    this.#lanes.clear();
    for (const row of rows) this.#readdress(row);
    for (const row of this.#failed.values()) this.#deps.writer.outbox(row);
  }

  close(): void {
    this.#isOnline = false;
    for (const lane of this.#lanes.values()) {
      resumeLane(lane);
      lane.sentCount = 0;
    }
    this.#watchAnswers(true);
  }

  #readdress(row: OutboxRow): void {
    const lane = this.#laneOf(row.to);
    lane.rows.push(this.#keep({ ...row, ...NO_COUNTER, conversation: conversationId(0) }));
    const isToPerson = row.to.startsWith('@') && row.target === 0;
    if (!isToPerson) this.#fail(lane, lane.rows.length - 1, 'permission.not_member');
  }

  /** [OB4] Gives counters while there is room, stores them, and only then sends. */
  #pump(): void {
    if (!this.#isOnline) return;
    let room = WINDOW - [...this.#lanes.values()].reduce((count, lane) => count + givenCount(lane), 0);
    let isGiven = false;
    for (const lane of this.#lanes.values()) {
      if (lane.rows.length === 0 || lane.isRebasing) continue;
      const address = this.#deps.addressOf(lane.to);
      if (address === null) {
        this.#deps.openDirect(lane.to);
        continue;
      }
      for (let index = givenCount(lane); index < lane.rows.length && room > 0; index++, room--) {
        const row = lane.rows[index] as OutboxRow;
        const given = this.#deps.counters.next(address.conversation);
        this.#deps.writer.counter(given);
        lane.rows[index] = this.#keep({
          ...row,
          conversation: address.conversation,
          counter: given.counter,
          device: given.device,
          afterSeq: address.head,
        });
        isGiven = true;
      }
    }
    if (isGiven) this.#storeThenSend();
  }

  #storeThenSend(): void {
    const given = [...this.#lanes.values()].map(
      (lane) => [lane, lane.rows.slice(0, givenCount(lane))] as const,
    );
    this.#deps.writer.flush().then(
      () => this.#deps.together(() => this.#stored(given)),
      (error: unknown) => this.#deps.together(() => this.#notStored(given, error)),
    );
  }

  /** Rows that were answered meanwhile are no longer at the front; whatever is left of them is stored. */
  #stored(given: readonly (readonly [Lane, readonly OutboxRow[]])[]): void {
    for (const [lane, rows] of given) {
      const stored = new Set(rows);
      const count = lane.rows.findIndex((row) => !stored.has(row));
      lane.storedCount = Math.max(lane.storedCount, count === -1 ? lane.rows.length : count);
    }
    for (const lane of this.#lanes.values()) this.#transmit(lane);
  }

  /** [OB5] What this device cannot keep is not sent: a crash would send it twice, or lose it. */
  #notStored(given: readonly (readonly [Lane, readonly OutboxRow[]])[], error: unknown): void {
    this.#deps.log('error', 'messages are not stored', error);
    for (const [lane] of given) {
      // From the newest: their counters were never used, so they are given back.
      while (lane.rows.length > lane.storedCount) {
        const row = lane.rows.at(-1) as OutboxRow;
        if (row.counter !== 0) {
          this.#deps.writer.counter(this.#deps.counters.set(row.conversation, row.counter - 1));
          lane.rows[lane.rows.length - 1] = { ...row, ...NO_COUNTER };
        }
        this.#fail(lane, lane.rows.length - 1, 'client.store_full');
      }
    }
  }

  #transmit(lane: Lane): void {
    if (!this.#isOnline || lane.pause !== null || lane.isRebasing) return;
    while (lane.sentCount < lane.storedCount) {
      const row = lane.rows[lane.sentCount] as OutboxRow;
      lane.sentCount++;
      this.#deps.send(sendFrameOf(row));
      this.#deps.changed(row, 'kept');
    }
    this.#watchAnswers(false);
  }

  #takeCounters(lane: Lane): void {
    for (const [index, row] of lane.rows.entries()) {
      if (row.counter !== 0) lane.rows[index] = this.#keep({ ...row, ...NO_COUNTER });
    }
    lane.sentCount = 0;
    lane.storedCount = 0;
    lane.need = 0;
  }

  #fail(lane: Lane, index: number, code: string): void {
    const row = { ...(lane.rows[index] as OutboxRow), refusal: code };
    this.#takeOut(lane, index);
    // A refused message stays on the screen, to be sent again or deleted; a refused change of one is simply undone.
    if (row.kind !== ENTRY_KIND.message) return this.#drop(row, 'refused');
    this.#failed.set(row.order, this.#keep(row));
    // [OB12] Unless it was sent anew or deleted meanwhile. A store that has no room is not waited for.
    const tell = () =>
      this.#failed.get(row.order) === row && this.#deps.together(() => this.#deps.changed(row, 'refused'));
    if (code === 'client.store_full') tell();
    else this.#deps.writer.flush().then(tell, tell);
  }

  #remove(lane: Lane, index: number, outcome: OutboxOutcome): void {
    const row = lane.rows[index] as OutboxRow;
    this.#takeOut(lane, index);
    this.#drop(row, outcome);
  }

  #takeOut(lane: Lane, index: number): void {
    removeAt(lane, index);
    if (lane.rows.length === 0 && lane.pause === null && !lane.isRebasing) this.#lanes.delete(lane.to);
    this.#watchAnswers(true);
  }

  /** [OB10] While something is in flight an answer must come: any progress starts the wait again. */
  #watchAnswers(isProgress: boolean): void {
    if (isProgress || this.inFlightCount === 0) {
      this.#watch?.cancel();
      this.#watch = null;
    }
    if (this.#watch !== null || this.inFlightCount === 0) return;
    this.#watch = this.#deps.clock.setTimer(ANSWER_TIMEOUT_MS, () => {
      this.#watch = null;
      this.#deps.overdue();
      this.#watchAnswers(false);
    });
  }

  #drop(row: OutboxRow, outcome: OutboxOutcome): void {
    this.#deps.writer.removeFromOutbox(row.order);
    this.#deps.changed(row, outcome);
  }

  #keep(row: OutboxRow): OutboxRow {
    this.#deps.writer.outbox(row);
    this.#deps.changed(row, 'kept');
    return row;
  }

  #laneOf(to: string): Lane {
    const lane = this.#lanes.get(to) ?? newLane(to);
    this.#lanes.set(to, lane);
    return lane;
  }

  #laneWith(conversation: ConversationId): Lane | undefined {
    for (const lane of this.#lanes.values()) {
      if (lane.rows.some((row) => row.conversation === conversation)) return lane;
    }
    return undefined;
  }
}
