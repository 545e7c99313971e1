import { Writer } from '#writer';
import { type Content, readContent, type Send } from './generated/skein.gen.ts';
import { decodeMessage } from './message-codec.ts';
import { Reader } from './wire/reader.ts';

/**
 * Texts are most of what people send, so the live wire has a short form for them; a log stores Content, in which nothing
 * but `text` is set. The two share the text's bytes, and one becomes the other without decoding a string.
 */
const TEXT_TAG = 0x0a;
// Of Content in content.proto; members of its `of` have numbers below that of the first field beside it.
const TEXT_FIELD = 1;
const CUSTOM_FIELD = 2;
const FALLBACK_FIELD = 15;
const WIRE_TYPE_BITS = 3;
// Four groups of seven bits: longer than any frame.
const LENGTH_SHIFT_MAX = 21;
const NO_BYTES = new Uint8Array(0);

const writer = new Writer();

/**
 * Decodes what people read: the body of a message or an edit.
 *
 * Errors: throws ProtocolError, nothing else.
 */
export function parseContent(body: Uint8Array): Content {
  return decodeMessage(readContent, body);
}

/**
 * Which member of `Content.of` a stored body has, by its field number, also one that this version does not know; 0 when it
 * has none, as after a recall.
 *
 * Errors: throws ProtocolError, nothing else.
 */
export function contentFieldOf(body: Uint8Array): number {
  if (body[0] === TEXT_TAG) return TEXT_FIELD;
  const { of, unknown } = parseContent(body);
  if (of !== undefined) return of.case === 'text' ? TEXT_FIELD : CUSTOM_FIELD;
  if (unknown === undefined) return 0;
  const field = new Reader(unknown).uint() >>> WIRE_TYPE_BITS;
  return field < FALLBACK_FIELD ? field : 0;
}

/** The body to store for a sent message or edit: its `content` as it came, else its `text` as Content; empty when neither. */
export function contentOfSend(send: Pick<Send, 'text' | 'content'>): Uint8Array {
  return send.content.length > 0 ? send.content : contentOfText(send.text);
}

/** Content in which only the text is set; empty for an empty text. */
export function contentOfText(text: string): Uint8Array {
  if (text === '') return NO_BYTES;
  writer.clear();
  writer.byte(TEXT_TAG);
  writer.string(text);
  return writer.finish();
}

/**
 * Where the text of a stored body begins when `contentOfText` of that text gives this very body (the tag, a length in as few
 * bytes as it needs, that many bytes), else -1.
 */
export function plainTextAt(body: Uint8Array): number {
  if (body[0] !== TEXT_TAG) return -1;
  // No Reader: whatever the bytes are, this only says no.
  let at = 1;
  let length = 0;
  let byte = 0x80;
  for (let shift = 0; byte >= 0x80 && shift <= LENGTH_SHIFT_MAX; shift += 7) {
    byte = body[at++] ?? 0;
    length += (byte & 0x7f) << shift;
  }
  return byte > 0 && byte < 0x80 && length === body.length - at ? at : -1;
}
