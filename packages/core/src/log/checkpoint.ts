import { deviceNumber, position, type Refusal, type RefusalCode, seq, userNumber } from '@skein/model';
import { ProtocolError, Reader, Writer } from '@skein/protocol';
import { StoreCorruptError } from '../ports/store.ts';
import type { ApplyLimits } from './apply-entry.ts';
import type { Conversation } from './conversation.ts';
import { Producer } from './producer.ts';

/**
 * The state of a conversation that is derived from its entries, as bytes: what a start would otherwise read all entries for.
 * Numbers are varints; the first is the version of this encoding.
 *
 *   version · head · ordinal · headTime · position
 *   members: count · (user · own entries)…
 *   producers: count · (device · last · lastUsedAt · held · outcome…)…
 *   outcome:  seq · ordinal · time · hash  |  0 · refusal
 */
const VERSION = 1;
const writer = new Writer();

export function encodeCheckpoint(conversation: Conversation): Uint8Array {
  writer.uint(VERSION);
  writer.uint(conversation.head);
  writer.uint(conversation.ordinal);
  writer.uint(conversation.headTimeMs);
  writer.uint(conversation.position);
  const senders = [...conversation.members.values()].filter(({ ownTotal }) => ownTotal > 0);
  writer.uint(senders.length);
  for (const { user, ownTotal } of senders) {
    writer.uint(user);
    writer.uint(ownTotal);
  }
  writer.uint(conversation.producers.size);
  for (const [device, producer] of conversation.producers) {
    writer.uint(device);
    writeProducer(producer);
  }
  return writer.finish();
}

/**
 * Puts the saved state into a conversation whose members are known already.
 *
 * Errors: throws StoreCorruptError.
 */
export function restoreCheckpoint(
  conversation: Conversation,
  state: Uint8Array,
  limits: Pick<ApplyLimits, 'recentCountersMax'>,
): void {
  try {
    readInto(conversation, new Reader(state), limits.recentCountersMax);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new StoreCorruptError(`checkpoint of conversation ${conversation.id}`, { cause: error });
  }
}

function readInto(conversation: Conversation, reader: Reader, recentCountersMax: number): void {
  const version = reader.uint();
  if (version !== VERSION) throw new StoreCorruptError(`checkpoint of an unknown version, ${version}`);
  conversation.head = seq(reader.uint());
  conversation.ordinal = reader.uint();
  conversation.headTimeMs = reader.uint();
  conversation.position = position(reader.uint());
  for (let rest = reader.uint(); rest > 0; rest--) {
    const member = conversation.members.get(userNumber(reader.uint()));
    const ownTotal = reader.uint();
    if (member === undefined)
      throw new StoreCorruptError('a checkpoint names somebody who was never a member');
    member.ownTotal = ownTotal;
  }
  for (let rest = reader.uint(); rest > 0; rest--) {
    const producer = new Producer(recentCountersMax);
    conversation.producers.set(deviceNumber(reader.uint()), producer);
    readProducer(reader, producer);
  }
}

function writeProducer(producer: Producer): void {
  const { last, oldestHeld } = producer;
  writer.uint(last);
  writer.uint(producer.lastUsedAtMs);
  writer.uint(last - oldestHeld + 1);
  for (let counter = oldestHeld; counter <= last; counter++) {
    const known = producer.outcome(counter);
    if (known?.outcome === 'stored') {
      writer.uint(known.seq);
      writer.uint(known.ordinal);
      writer.uint(known.timeMs);
      writer.uint(known.hash);
    } else if (known !== undefined) {
      writer.uint(0);
      writeRefusal(known.refusal);
    }
  }
}

function readProducer(reader: Reader, producer: Producer): void {
  const last = reader.uint();
  const lastUsedAtMs = reader.uint();
  const held = reader.uint();
  producer.startAfter(last - held);
  for (let counter = last - held + 1; counter <= last; counter++) {
    const at = seq(reader.uint());
    if (at === 0) producer.noteRefused(counter, readRefusal(reader), lastUsedAtMs);
    else {
      const ordinal = reader.uint();
      const timeMs = reader.uint();
      producer.noteStored(counter, { seq: at, ordinal, timeMs, hash: reader.uint() });
    }
  }
  producer.lastUsedAtMs = lastUsedAtMs;
}

// An absent number is 0, a present one is one more than it is.
function writeRefusal({ code, retryAfterMs, limit }: Refusal): void {
  writer.string(code);
  writer.uint(retryAfterMs === undefined ? 0 : retryAfterMs + 1);
  writer.uint(limit === undefined ? 0 : limit + 1);
}

function readRefusal(reader: Reader): Refusal {
  // Not checked against the table: a code of an earlier version stays what it was.
  const code = reader.string() as RefusalCode;
  const retryAfterMs = reader.uint();
  const limit = reader.uint();
  return {
    outcome: 'refused',
    code,
    ...(retryAfterMs === 0 ? {} : { retryAfterMs: retryAfterMs - 1 }),
    ...(limit === 0 ? {} : { limit: limit - 1 }),
  };
}
