import type { Delivery } from '@skein/core';
import { ENTRY_KIND } from '@skein/model';
import { type DownFrameInit, Reader } from '@skein/protocol';

// Tag of Content.text, field 1, length-delimited.
const TEXT_TAG = 0x0a;

/**
 * The live frame of an entry, in its implicit form: the same for every member, since each was told of the entry before.
 * A body that is plain text travels as `text`, which the receiver turns back into the very same body.
 */
export function pushFrame(delivery: Delivery): DownFrameInit {
  const { entry, previousTimeMs } = delivery;
  const isMessage = entry.kind === ENTRY_KIND.message;
  const text = isMessage ? plainText(entry.body) : null;
  return {
    case: 'push',
    value: {
      conversation: entry.conversation,
      sender: entry.sender,
      timeDeltaMs: entry.timeMs - previousTimeMs,
      ...(text === null ? { body: entry.body } : { text }),
      kind: isMessage ? 0 : entry.kind,
      target: entry.target,
    },
  };
}

/** The text of a body that holds nothing else and is encoded as we would encode it, else null. */
export function plainText(body: Uint8Array): string | null {
  if (body[0] !== TEXT_TAG) return null;
  const reader = new Reader(body, 1);
  const length = reader.uint();
  const isWhole = length > 0 && reader.at + length === body.length;
  // A length in more bytes than it needs would come back shorter.
  const isShortest = reader.at === 2 || body[reader.at - 1] !== 0;
  if (!isWhole || !isShortest) return null;
  reader.at = 1;
  return reader.string();
}
