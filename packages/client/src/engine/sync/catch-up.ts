import { conversationId, type Digest, sameDigest as sameDigestOfModel } from '@skein/model';
import type { ConversationState, SyncInit, SyncResult, UpFrameInit, UptoInit } from '@skein/protocol';
import type { Model } from '../model/model.ts';
import type { ConversationRow, SeqRange } from '../ports/cache-store.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { applyState } from './apply-state.ts';
import { entryOfLog } from './entry-row.ts';
import type { LogIntake } from './log-intake.ts';
import { addRange, missingIn } from './range-set.ts';

/**
 * `resume`: everything since the cursor. `full`: everything, because the two sides differ. `cursor`: only moves the cursor
 * forward, so that the next resume is small.
 */
export type SyncKind = 'resume' | 'full' | 'cursor';

/** For how many conversations entries come along, and how many for each. */
export interface SyncWindow {
  readonly conversations: number;
  /** At the first sign-in: a screenful. */
  readonly entriesFirst: number;
  /** Afterwards: what was missed. */
  readonly entriesMissed: number;
}

/** The values of the store that tell where this device is. */
export const EPOCH = 'epoch';
export const CURSOR = 'cursor';

export interface CatchUpDeps {
  readonly model: Model;
  readonly intake: LogIntake;
  readonly log: LogSink;
  readonly window: SyncWindow;
  readonly sameDigest?: (a: Digest, b: Digest) => boolean;
  readonly unconfirmedReads: () => readonly UptoInit[];
  readonly send: (frame: UpFrameInit) => void;
  /** Forgets everything that belonged to another epoch. */
  readonly forget: () => void;
  /** An answer was applied; `changed` are the conversations it spoke of. Within the same piece of work. */
  readonly applied: (kind: SyncKind, changed: readonly ConversationRow[]) => void;
}

/**
 * Brings this device up to what the server has: one question with a cursor, one answer in parts, applied as one piece of
 * work, and a digest that proves that nothing is missing. Rules CU4–CU8.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  #asked: SyncKind | null = null;
  #next: SyncKind | null = null;
  #parts: SyncResult[] = [];

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#asked !== null;
  }

  /** The question as it goes along with Hello. */
  first(): SyncInit {
    this.disconnected();
    this.#asked = 'resume';
    return this.#question('resume');
  }

  /** Asks again on a live connection; while an answer is under way, right after it. */
  start(kind: SyncKind): void {
    if (this.#asked !== null) {
      this.#next = this.#next === 'full' ? 'full' : kind;
      return;
    }
    this.#asked = kind;
    this.#deps.send({ case: 'sync', value: this.#question(kind) });
  }

  disconnected(): void {
    this.#asked = null;
    this.#next = null;
    this.#parts = [];
  }

  /** [CU4] Parts are kept until the last one is here, then applied together. */
  result(part: SyncResult): void {
    const kind = this.#asked;
    if (kind === null) return;
    this.#parts.push(part);
    if (part.more) return;
    const parts = this.#parts;
    this.#parts = [];
    this.#asked = null;
    this.#deps.model.together(() => this.#apply(kind, parts, part));
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.start(next);
  }

  #question(kind: SyncKind): SyncInit {
    const { model, window } = this.#deps;
    const cursor = kind === 'full' ? 0 : this.#cursor();
    // A device that has been here before may have a cursor of 0: the server was empty then.
    const isNew = kind === 'full' || model.value(CURSOR) === null;
    return {
      epoch: model.value(EPOCH) ?? '',
      cursor,
      conversations: kind === 'cursor' ? 0 : window.conversations,
      entriesEach: kind === 'cursor' ? 0 : isNew ? window.entriesFirst : window.entriesMissed,
      read: this.#deps.unconfirmedReads(),
    };
  }

  #cursor(): number {
    return Number(this.#deps.model.value(CURSOR) ?? 0);
  }

  #apply(asked: SyncKind, parts: readonly SyncResult[], last: SyncResult): void {
    const { model } = this.#deps;
    // From the very beginning: such an answer names every membership, and speaks of no former one.
    const kind = this.#cursor() === 0 ? 'full' : asked;
    const isOtherStore = parts.some(({ reset }) => reset) || isChanged(model.value(EPOCH), last.epoch);
    if (isOtherStore) this.#deps.forget();
    const wasKnown = model.value(CURSOR) !== null;
    for (const { users } of parts) for (const user of users) model.putUser(user);
    const isFull = kind === 'full';
    const states = joined(parts.flatMap(({ changed }) => changed));
    const changed = states.map((state) => this.#state(state, kind, wasKnown));
    if (isFull) this.#leaveOthers(new Set(changed.map(({ number }) => number)));
    model.setValue(EPOCH, last.epoch);
    model.setValue(CURSOR, String(last.cursor));
    model.changes.synced = true;
    this.#prove(kind, last);
    this.#deps.applied(kind, changed);
  }

  #state(state: ConversationState, kind: SyncKind, wasKnown: boolean): ConversationRow {
    const { model, intake } = this.#deps;
    const number = conversationId(state.conversation);
    const known = model.conversation(number);
    const row = applyState(known, state, kind === 'full');
    const entries = state.entries.map((entry) => entryOfLog(number, entry));
    const amendments = state.amendments.map((entry) => entryOfLog(number, entry));
    const taken = intake.take(row, entries, { origin: wasKnown ? 'catch-up' : null, amendments });
    // [CU10] Also where this answer only moves the cursor: the next one starts behind the hole and does not speak of it.
    const next = { ...taken, unamended: unamendedAfter(taken) };
    model.put(next);
    const isMember = next.role !== 0;
    if ((known !== undefined && known.role !== 0) !== isMember) {
      model.changes.occurrences.push({
        type: 'membership',
        conversation: number,
        isMember,
        origin: 'catch-up',
      });
    }
    return next;
  }

  /** A full answer names every membership: what it does not name is over. */
  #leaveOthers(named: ReadonlySet<number>): void {
    for (const row of this.#deps.model.conversations()) {
      if (row.role !== 0 && !named.has(row.number)) this.#deps.model.put({ ...row, role: 0 });
    }
  }

  /** [CU5] Equal digests: nothing is missing, and this device knows it. Otherwise everything is asked for, once. */
  #prove(kind: SyncKind, last: SyncResult): void {
    const { model, log, sameDigest = sameDigestOfModel } = this.#deps;
    const told: Digest = { high: last.digestHigh, low: last.digestLow };
    const own = model.digest();
    if (sameDigest(own.digest, told) && own.memberships === last.memberships) return;
    log('error', 'this device does not have what the server has', { kind, own, told });
    if (kind === 'full') return;
    model.changes.occurrences.push({ type: 'discontinuity', reason: 'digest' });
    this.#next = 'full';
  }
}

function isChanged(known: string | null, told: string): boolean {
  return known !== null && known !== told;
}

/** A conversation whose entries need several parts is repeated in each of them, the newest entries first. */
function joined(states: readonly ConversationState[]): readonly ConversationState[] {
  const byConversation = new Map<number, ConversationState>();
  for (const state of states) {
    const before = byConversation.get(state.conversation);
    byConversation.set(state.conversation, {
      ...state,
      ...before,
      entries: [...state.entries, ...(before?.entries ?? [])],
      amendments: [...(before?.amendments ?? []), ...state.amendments],
    });
  }
  return [...byConversation.values()];
}

/**
 * [CU6] In a hole below which something is held, changes of what is held have to be asked for. The amendments that came along
 * do not do: they are complete for a device that held nothing after its cursor, and this one may have heard live entries,
 * with holes between them that the break left open.
 */
function unamendedAfter(row: ConversationRow): readonly SeqRange[] {
  const oldest = row.held[0];
  if (oldest === undefined) return row.unamended;
  return missingIn(row.held, { from: oldest.from, to: row.head }).reduce(addRange, row.unamended);
}
