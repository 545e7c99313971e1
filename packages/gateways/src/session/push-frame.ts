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
