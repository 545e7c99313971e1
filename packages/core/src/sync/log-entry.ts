import { ENTRY_KIND, type Entry, type UserNumber } from '@skein/model';
import {
  decodeMessage,
  type LogEntryInit,
  MemberAction,
  ProtocolError,
  readMemberChange,
} from '@skein/protocol';

/** Bytes of an entry on the wire beside its body: ten small numbers with their tags, at their longest. */
const ENTRY_OVERHEAD_BYTES = 48;

/** An entry at rest as the wire has it. Who sent it from which installation is only told to that installation's user. */
export function toLogEntry(entry: Entry, reader: UserNumber): LogEntryInit {
  const isOwn = entry.sender === reader;
  return {
    seq: entry.seq,
    ordinal: entry.ordinal,
    kind: entry.kind === ENTRY_KIND.message ? 0 : entry.kind,
    sender: entry.sender,
    timeMs: entry.timeMs,
    target: entry.target,
    body: entry.body,
    counter: isOwn ? entry.counter : 0,
    device: isOwn ? entry.device : 0,
  };
}

/** An upper bound that is close: enough to keep an answer within its frame. */
export function wireBytesOf(entry: Entry): number {
  return entry.body.length + ENTRY_OVERHEAD_BYTES;
}

/** Users a member entry names; the reader needs their names to show it. */
export function usersNamedIn(entry: Entry): readonly number[] {
  if (entry.kind !== ENTRY_KIND.member) return [];
  try {
    const change = decodeMessage(readMemberChange, entry.body);
    // Whoever created a group named all of its members; the reader asks for those when it lists them.
    return change.action === MemberAction.created ? [] : change.users;
  } catch (error) {
    if (error instanceof ProtocolError) return [];
    throw error;
  }
}
