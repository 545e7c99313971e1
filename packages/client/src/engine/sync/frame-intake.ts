import { conversationId, ENTRY_KIND, seq, userNumber } from '@skein/model';
import {
  type Ack,
  decodeBody,
  type Head,
  type Marker,
  MemberAction,
  type MembershipChanged,
  type Push,
} from '@skein/protocol';
import type { Attribute } from '../../api/message.ts';
import { tolerant } from '../fold/fold-message.ts';
import type { OpenLogs } from '../fold/open-logs.ts';
import type { Identity, Model } from '../model/model.ts';
import { laterRead } from '../model/unread.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ConversationRow, EntryRow } from '../ports/cache-store.ts';
import type { ReceiptBook } from '../receipts/receipt-book.ts';
import type { Typing } from '../receipts/typing.ts';
import { applyState, readPositionOf, withHead, withMarker } from './apply-state.ts';
import type { CatchUp } from './catch-up.ts';
import { entryOfAck, entryOfLog, entryOfPush } from './entry-row.ts';
import type { HoleFiller } from './hole-filler.ts';
import type { LogIntake } from './log-intake.ts';
import { missingIn } from './range-set.ts';

export interface FrameIntakeDeps {
  readonly model: Model;
  readonly intake: LogIntake;
  readonly holes: HoleFiller;
  readonly catchUp: CatchUp;
  readonly outbox: Outbox;
  readonly receipts: ReceiptBook;
  readonly typing: Typing;
  readonly logs: OpenLogs;
}

/**
 * What the server tells of on a live connection. The head of a conversation is, on both sides, the last entry this
 * connection was told of: that is what a push without a position continues (rule CU2).
 */
export class FrameIntake {
  readonly #deps: FrameIntakeDeps;

  constructor(deps: FrameIntakeDeps) {
    this.#deps = deps;
  }

  push(push: Push): void {
    const { model, receipts, typing, catchUp } = this.#deps;
    receipts.pushed();
    const row = model.conversation(conversationId(push.conversation));
    // Told of in a conversation we know nothing about: something was missed.
    if (row === undefined) return catchUp.start('resume');
    const entry = entryOfPush(row, push);
    this.#arrive(row, entry, 'live');
    typing.heard(row.number, entry.sender, false);
  }

  ack(ack: Ack): void {
    const { model, outbox, logs, holes } = this.#deps;
    const sent = outbox.acked(ack);
    const row = model.conversation(conversationId(ack.conversation));
    if (row === undefined) return;
    if (sent === null) return this.head(ack);
    const entry = entryOfAck(sent, ack, model.me);
    model.changes.outbox.set(sent.order, { row: sent, outcome: 'stored', entry });
    logs.sent(sent, entry);
    if (entry.seq < row.head) return holes.answeredLate(row.number, entry.seq);
    this.#arrive(row, entry, 'local');
  }

  /** There is something up to here that was not pushed. */
  head(head: Omit<Head, 'unknown'>): void {
    const { model, catchUp } = this.#deps;
    const row = model.conversation(conversationId(head.conversation));
    if (row === undefined) return catchUp.start('resume');
    const moved = withHead(row, { seq: seq(head.seq), ordinal: head.ordinal, timeMs: head.timeMs });
    model.put(moved);
    this.#notice(row, moved);
  }

  marker(marker: Marker): void {
    const { model } = this.#deps;
    const row = model.conversation(conversationId(marker.conversation));
    if (row === undefined) return;
    if (marker.mine !== undefined) {
      const read = laterRead(row.read, readPositionOf(marker.mine));
      model.put({ ...row, read, localRead: laterRead(row.localRead, read) });
      return;
    }
    const user = userNumber(marker.user);
    const markers = withMarker(row.markers, marker);
    if (markers === row.markers) return;
    model.put({ ...row, markers });
    const told = markers.find((other) => other.user === user);
    model.changes.occurrences.push({
      type: 'marker',
      conversation: row.number,
      user,
      delivered: told?.delivered ?? 0,
      read: told?.read ?? 0,
      origin: 'live',
    });
  }

  membership({ state, users }: Pick<MembershipChanged, 'state' | 'users'>): void {
    if (state === undefined) return;
    const { model, intake, outbox } = this.#deps;
    for (const user of users) model.putUser(user);
    const number = conversationId(state.conversation);
    const known = model.conversation(number);
    const entries = state.entries.map((entry) => entryOfLog(number, entry));
    const row = intake.take(applyState(known, state, false), entries, { origin: 'live' });
    model.put(row);
    this.#notice(known ?? row, row);
    const isMember = row.role !== 0;
    if ((known !== undefined && known.role !== 0) !== isMember) {
      model.changes.occurrences.push({ type: 'membership', conversation: number, isMember, origin: 'live' });
    }
    outbox.addressed(model.publicIdOf(row));
  }

  /** [CU3] One entry: the head moves, the entry is held, and what lies between is a hole. */
  #arrive(row: ConversationRow, entry: EntryRow, origin: 'live' | 'local'): void {
    const { model, intake, receipts, holes } = this.#deps;
    const isNext = entry.seq === row.head + 1;
    const moved = withHead(row, entry);
    const changed = isNext ? withStateOf(moved, entry, model.me) : moved;
    model.put(intake.take(changed, [entry], { origin }));
    this.#notice(row, moved);
    if (origin === 'live') receipts.delivered(row.number, holes.deliveredUpTo(moved));
  }

  #notice(before: ConversationRow, after: ConversationRow): void {
    if (after.head <= before.head) return;
    const held = this.#deps.model.conversation(after.number)?.held ?? after.held;
    const from = seq(Math.max(before.head + 1, after.first));
    const missing = missingIn(held, { from, to: after.head })[0];
    if (missing !== undefined) this.#deps.holes.noticed(after.number, missing.from);
  }
}

/** The title, the number of members and the own role follow from the entries, in their order. */
function withStateOf(row: ConversationRow, entry: EntryRow, me: Identity): ConversationRow {
  if (entry.kind === ENTRY_KIND.settings) {
    const change = tolerant(() => decodeBody('SettingsChange', entry.body));
    if (change === null) return row;
    const { title = row.title, open = row.isOpen, attributes } = change;
    return { ...row, title, isOpen: open, attributes: withAttributes(row.attributes ?? [], attributes) };
  }
  if (entry.kind !== ENTRY_KIND.member) return row;
  const change = tolerant(() => decodeBody('MemberChange', entry.body));
  if (change === null) return row;
  const { action, users, role } = change;
  switch (action) {
    case MemberAction.invited:
    case MemberAction.joined:
      return { ...row, memberCount: row.memberCount + users.length };
    case MemberAction.left:
    case MemberAction.kicked:
      return { ...row, memberCount: row.memberCount - users.length };
    case MemberAction.role:
      return users.includes(me.number) ? { ...row, role } : row;
    default:
      return row;
  }
}

/** Keys keep their places, an empty value takes one away. */
function withAttributes(had: readonly Attribute[], changes: readonly Attribute[]): readonly Attribute[] {
  if (changes.length === 0) return had;
  const all = new Map([...had, ...changes].map(({ key, value }) => [key, value]));
  return Array.from(all, ([key, value]) => ({ key, value })).filter(({ value }) => value !== '');
}
