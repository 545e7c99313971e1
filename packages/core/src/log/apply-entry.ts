import { assert, type Entry, isCountable, type Limits } from '@skein/model';
import type { RefusalRow } from '../ports/store.ts';
import type { Conversation } from './conversation.ts';
import { Producer } from './producer.ts';

export type ApplyLimits = Pick<Limits, 'recentCountersMax' | 'markerMembersMax'>;

/**
 * The one step by which an entry becomes part of the state: after its commit, and again at every start (rule LG3).
 * Entries that the state already contains change nothing, because a checkpoint may be younger than its position says.
 */
export function applyEntry(
  conversation: Conversation,
  entry: Entry,
  hash: number,
  limits: Pick<ApplyLimits, 'recentCountersMax'>,
): void {
  if (entry.seq <= conversation.head) return;
  assert(entry.seq === conversation.head + 1, 'seqs have no gap');
  conversation.head = entry.seq;
  conversation.ordinal = entry.ordinal;
  conversation.headTimeMs = entry.timeMs;
  conversation.position = entry.position;
  if (isCountable(entry.kind)) {
    const sender = conversation.members.get(entry.sender);
    if (sender !== undefined) sender.ownTotal++;
  }
  if (entry.device === 0) return;
  const { seq, ordinal, timeMs } = entry;
  producerOf(conversation, entry.device, limits).noteStored(entry.counter, { seq, ordinal, timeMs, hash });
}

/** The same for a refusal that used up a counter. */
export function applyRefusal(
  conversation: Conversation,
  row: RefusalRow,
  limits: Pick<ApplyLimits, 'recentCountersMax'>,
): void {
  producerOf(conversation, row.device, limits).noteRefused(row.counter, row.refusal, conversation.headTimeMs);
}

function producerOf(
  conversation: Conversation,
  device: Entry['device'],
  limits: Pick<ApplyLimits, 'recentCountersMax'>,
): Producer {
  let producer = conversation.producers.get(device);
  if (producer === undefined) {
    producer = new Producer(limits.recentCountersMax);
    conversation.producers.set(device, producer);
  }
  return producer;
}
