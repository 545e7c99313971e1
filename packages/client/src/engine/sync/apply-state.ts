import { type ConversationId, conversationId, type Seq, seq, userNumber } from '@skein/model';
import type { ConversationState, Marker, ReadState } from '@skein/protocol';
import { laterRead, laterSeq, NOTHING_READ } from '../model/unread.ts';
import type { ConversationRow, MarkerRow, ReadPosition } from '../ports/cache-store.ts';
import { cutAfter } from './range-set.ts';

/** Where a log ends, as some frame told. */
export interface HeadFacts {
  readonly seq: Seq;
  readonly ordinal: number;
  readonly timeMs: number;
}

export function newConversation(number: ConversationId): ConversationRow {
  return {
    number,
    kind: 0,
    title: '',
    isOpen: false,
    role: 0,
    peer: userNumber(0),
    memberCount: 0,
    first: seq(1),
    head: seq(0),
    headOrdinal: 0,
    headTimeMs: 0,
    read: NOTHING_READ,
    localRead: NOTHING_READ,
    ownTotal: 0,
    ownSeq: seq(0),
    held: [],
    unamended: [],
    markers: [],
    preview: null,
  };
}

/**
 * What the server says about a conversation, over what this device knew; entries are not part of it.
 *
 * [CU4] Positions only grow, unless the answer is `authoritative`: a full resync after the two sides were found to differ.
 */
export function applyState(
  known: ConversationRow | undefined,
  state: ConversationState,
  authoritative: boolean,
): ConversationRow {
  const row = known ?? newConversation(conversationId(state.conversation));
  const head = seq(state.head);
  const isBehind = head < row.head && !authoritative;
  const facts = { seq: head, ordinal: state.headOrdinal, timeMs: state.headTimeMs };
  const told = readPositionOf(state.read);
  const read = authoritative ? told : laterRead(row.read, told);
  return {
    ...(isBehind ? row : withHeadAt(row, facts)),
    kind: state.kind,
    title: state.title,
    isOpen: state.open,
    attributes: state.attributes,
    role: state.role,
    peer: userNumber(state.peer),
    memberCount: state.memberCount,
    first: seq(Math.max(1, state.first)),
    read,
    localRead: laterRead(row.localRead, read),
    // Told as of the same moment as the head, so it replaces what was counted here.
    ownTotal: isBehind ? row.ownTotal : (state.read?.ownTotal ?? 0),
    ownSeq: isBehind ? row.ownSeq : head,
    held: authoritative ? cutAfter(row.held, head) : row.held,
    markers: state.markers.reduce(withMarker, row.markers),
  };
}

/** The row with its head moved forward; the same row when the head is not ahead. */
export function withHead(row: ConversationRow, facts: HeadFacts): ConversationRow {
  return facts.seq > row.head ? withHeadAt(row, facts) : row;
}

/** [RM1] Markers are a maximum: late and repeated ones change nothing. */
export function withMarker(markers: readonly MarkerRow[], told: Marker): readonly MarkerRow[] {
  const user = userNumber(told.user);
  const known = markers.find((marker) => marker.user === user);
  const next: MarkerRow = {
    user,
    delivered: laterSeq(known?.delivered ?? seq(0), seq(Math.max(told.delivered, told.read))),
    read: laterSeq(known?.read ?? seq(0), seq(told.read)),
  };
  if (known?.delivered === next.delivered && known.read === next.read) return markers;
  return [...markers.filter((marker) => marker !== known), next];
}

export function readPositionOf(state: ReadState | undefined): ReadPosition {
  return state === undefined ? NOTHING_READ : { seq: seq(state.seq), ordinal: state.ordinal, own: state.own };
}

function withHeadAt(row: ConversationRow, { seq: head, ordinal, timeMs }: HeadFacts): ConversationRow {
  return { ...row, head, headOrdinal: ordinal, headTimeMs: timeMs };
}
