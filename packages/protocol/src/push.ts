import { ENTRY_KIND } from '@skein/model';
import { Writer } from '#writer';
import { contentOfText, plainTextAt } from './content.ts';
import { DOWN_FRAME, type Push, type PushInit, writePush } from './generated/skein.gen.ts';
import type { Reader } from './wire/reader.ts';

/**
 * The first byte of the short push (rule PU4): conversation, sender and time delta as bare varints, then the text up to the
 * end of the frame. Most frames are live texts, and the tags and the length that this leaves out are a third of their header.
 */
export const SHORT_PUSH_FRAME = 15;

const NO_BYTES = new Uint8Array(0);

const writer = new Writer();

/**
 * A Push with its length before it, in the shortest form there is for it: the body of a plain text is cut out of Content as
 * it lies, and kind message is left out. The body is trusted to be what a log holds: nothing here looks into it. A view of a
 * shared buffer, meant to be sent soon.
 */
export function encodePush(push: PushInit): Uint8Array {
  writer.clear();
  const mark = writer.begin();
  if (!writeShortPush(push)) {
    writer.byte(DOWN_FRAME.push);
    writePush(writer, push.kind === ENTRY_KIND.message ? { ...push, kind: 0 } : push);
  }
  writer.end(mark);
  return writer.take();
}

/** The body that a push carries, as the log has it; empty when the message was recalled. */
export function bodyOfPush(push: Pick<Push, 'text' | 'body'>): Uint8Array {
  return push.body.length > 0 ? push.body : contentOfText(push.text);
}

/** Reads what follows the first byte of a short push. */
export function readShortPush(r: Reader): Push {
  return {
    conversation: r.uint(),
    sender: r.uint(),
    timeDeltaMs: r.uint(),
    text: r.rest(),
    body: NO_BYTES,
    kind: 0,
    target: 0,
    seq: 0,
    timeMs: 0,
    ordinal: 0,
    unknown: undefined,
  };
}

/** Writes a push that is nothing but a live text in its short form; false, and nothing written, when it is more. */
function writeShortPush(push: PushInit): boolean {
  const isMessage = !push.kind || push.kind === ENTRY_KIND.message;
  if (!isMessage || push.target || push.seq || push.timeMs || push.ordinal || push.unknown) return false;
  const { text = '', body = NO_BYTES } = push;
  const textAt = plainTextAt(body);
  if (textAt < 0 && (text === '' || body.length > 0)) return false;
  writer.byte(SHORT_PUSH_FRAME);
  writer.uint(push.conversation ?? 0);
  writer.uint(push.sender ?? 0);
  writer.uint(push.timeDeltaMs ?? 0);
  if (textAt < 0) writer.text(text);
  else writer.raw(body.subarray(textAt));
  return true;
}
