import { conversationId, deviceNumber, type Entry, position, seq, userNumber } from '@skein/model';
import { entry } from '@skein/testkit';

const CONVERSATIONS = 20;
const BODY_BYTES_MAX = 900;
// A prime, so that lengths do not repeat with the conversations.
const STRIDE = 7_919;

/**
 * The entries of a log that is known beforehand: everything about an entry follows from its position, so that whoever
 * finds it later can tell whether it is whole.
 */
export function expectedEntries(fromPosition: number, toPosition: number): Entry[] {
  return Array.from({ length: toPosition - fromPosition + 1 }, (_, index) =>
    expectedEntry(fromPosition + index),
  );
}

function expectedEntry(at: number): Entry {
  const number = Math.floor((at - 1) / CONVERSATIONS) + 1;
  return entry({
    position: position(at),
    conversation: conversationId(1 + ((at - 1) % CONVERSATIONS)),
    seq: seq(number),
    ordinal: number,
    sender: userNumber(1 + (at % 5)),
    device: deviceNumber(1 + (at % 7)),
    counter: number,
    timeMs: 1_700_000_000_000 + at,
    body: new Uint8Array((at * STRIDE) % BODY_BYTES_MAX).fill(at % 256),
  });
}
