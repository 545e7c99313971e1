import { type ConversationId, deviceNumber, ENTRY_KIND, isCountable, seq, userNumber } from '@skein/model';
import { type Ack, bodyOfPush, type LogEntry, type Push } from '@skein/protocol';
import type { Identity } from '../model/model.ts';
import type { ConversationRow, EntryRow, OutboxRow } from '../ports/cache-store.ts';

/** An entry as history, sync and amendments carry it. */
export function entryOfLog(conversation: ConversationId, entry: LogEntry): EntryRow {
  return {
    conversation,
    seq: seq(entry.seq),
    ordinal: entry.ordinal,
    kind: kindOf(entry.kind),
    sender: userNumber(entry.sender),
    timeMs: entry.timeMs,
    target: seq(entry.target),
    body: entry.body,
    device: deviceNumber(entry.device),
    counter: entry.counter,
  };
}

/** [CU2] A live entry; what it leaves out follows from the last entry that this connection was told of. */
export function entryOfPush(row: ConversationRow, push: Push): EntryRow {
  const kind = kindOf(push.kind);
  const isExplicit = push.seq > 0;
  return {
    conversation: row.number,
    seq: seq(isExplicit ? push.seq : row.head + 1),
    ordinal: isExplicit ? push.ordinal : row.headOrdinal + (isCountable(kind) ? 1 : 0),
    kind,
    sender: userNumber(push.sender),
    timeMs: isExplicit ? push.timeMs : row.headTimeMs + push.timeDeltaMs,
    target: seq(push.target),
    body: bodyOfPush(push),
    device: deviceNumber(0),
    counter: 0,
  };
}

/** The entry that an own send became. */
export function entryOfAck(sent: OutboxRow, ack: Ack, me: Identity): EntryRow {
  return {
    conversation: sent.conversation,
    seq: seq(ack.seq),
    ordinal: ack.ordinal,
    kind: sent.kind,
    sender: me.number,
    timeMs: ack.timeMs,
    target: sent.target,
    body: sent.body,
    device: me.device,
    counter: sent.counter,
  };
}

/** 0 on the wire means message. */
function kindOf(kind: number): number {
  return kind === 0 ? ENTRY_KIND.message : kind;
}
