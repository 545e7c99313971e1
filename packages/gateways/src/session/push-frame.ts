import type { Delivery } from '@skein/core';
import type { PushInit } from '@skein/protocol';

/** The live form of an entry: the same for every member, since each was told of the entry before. */
export function implicitPush({ entry, previousTimeMs }: Delivery): Omit<PushInit, 'text'> {
  return {
    conversation: entry.conversation,
    sender: entry.sender,
    timeDeltaMs: entry.timeMs - previousTimeMs,
    kind: entry.kind,
    target: entry.target,
    body: entry.body,
  };
}

/** The same with its seq and time said, for peers that speak JSON: they need not keep count (rule JS3). */
export function explicitPush({ entry }: Delivery): Omit<PushInit, 'text'> {
  return {
    conversation: entry.conversation,
    sender: entry.sender,
    kind: entry.kind,
    target: entry.target,
    body: entry.body,
    seq: entry.seq,
    timeMs: entry.timeMs,
    ordinal: entry.ordinal,
  };
}
