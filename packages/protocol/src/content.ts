import { ENTRY_KIND } from '@skein/model';
import {
  type Content,
  DOWN_FRAME,
  type Push,
  type PushInit,
  readContent,
  type Send,
  writePush,
} from './generated/skein.gen.ts';
import { decodeMessage } from './message-codec.ts';
import { Reader } from './wire/reader.ts';
import { Writer } from './wire/writer.ts';

/**
 * Between the two forms of a plain text: `text` on the live wire, and Content in which nothing but `text` is set, which is
 * what a log stores. The bytes beside the text differ in one tag, so one becomes the other without decoding a string.
 */
const CONTENT_TEXT_TAG = 0x0a;
const PUSH_TEXT_TAG = 0x22;
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

/** The body to store for a sent message or edit: its `content` as it came, else its `text` as Content; empty when neither. */
export function contentOfSend(send: Pick<Send, 'text' | 'content'>): Uint8Array {
  return send.content.length > 0 ? send.content : contentOfText(send.text);
}

/** The body that a push carries, as the log has it; empty when the message was recalled. */
export function bodyOfPush(push: Pick<Push, 'text' | 'body'>): Uint8Array {
  return push.body.length > 0 ? push.body : contentOfText(push.text);
}

/**
 * A Push with its length before it, in its shortest form: a body of plain text becomes `text`, kind message is left out.
 */
export function encodePush(push: Omit<PushInit, 'text'>): Uint8Array {
  const kind = push.kind === ENTRY_KIND.message ? 0 : push.kind;
  writer.clear();
  const mark = writer.begin();
  writer.byte(DOWN_FRAME.push);
  if (kind || push.body === undefined || !isPlainText(push.body)) {
    writePush(writer, { ...push, kind });
  } else {
    // Fields in the order of their numbers, `text` spliced in between.
    writePush(writer, {
      conversation: push.conversation,
      sender: push.sender,
      timeDeltaMs: push.timeDeltaMs,
    });
    writer.byte(PUSH_TEXT_TAG);
    writer.raw(push.body.subarray(1));
    const { target, seq, timeMs, ordinal, unknown } = push;
    writePush(writer, { target, seq, timeMs, ordinal, unknown });
  }
  writer.end(mark);
  return writer.take();
}

/** True for the stored form of a text: the tag, a length, that many bytes and no more. */
function isPlainText(body: Uint8Array): boolean {
  if (body.length < 3 || body[0] !== CONTENT_TEXT_TAG) return false;
  const reader = new Reader(body, 1);
  return reader.uint() === body.length - reader.at;
}

function contentOfText(text: string): Uint8Array {
  if (text === '') return NO_BYTES;
  writer.clear();
  writer.byte(CONTENT_TEXT_TAG);
  writer.string(text);
  return writer.finish();
}
