import type { ConversationId, Seq } from './ids.ts';

/**
 * A 64-bit summary of all that a device should know: for each membership its conversation, head and own read marker.
 * Server and client compute it independently; equal digests mean the device *knows* it is complete (rule SY5).
 *
 * Summing makes it independent of order, so neither side has to sort. It guards against mistakes, not against
 * forgery: both sides belong to the same user.
 */
export interface Digest {
  readonly high: number;
  readonly low: number;
}

export const EMPTY_DIGEST: Digest = { high: 0, low: 0 };

export function addToDigest(digest: Digest, conversation: ConversationId, head: Seq, read: Seq): Digest {
  // Two independent 32-bit lanes: BigInt would cost a hundred times more over ten thousand conversations.
  return {
    high: (digest.high + mix(conversation, head, read, 0x9e3779b9)) >>> 0,
    low: (digest.low + mix(conversation, head, read, 0x85ebca6b)) >>> 0,
  };
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.high === b.high && a.low === b.low;
}

// The finaliser of MurmurHash3 after each word: every input bit reaches every output bit.
function mix(conversation: number, head: number, read: number, salt: number): number {
  return finalise(finalise(finalise(salt ^ conversation) ^ head) ^ read);
}

function finalise(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
