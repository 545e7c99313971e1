import { Writer } from '#writer';
import {
  type DownFrame,
  type DownFrameInit,
  readDownFrame,
  readUpFrame,
  type UpFrame,
  type UpFrameInit,
  writeDownFrame,
  writeUpFrame,
} from './generated/skein.gen.ts';
import { encodePush, readShortPush, SHORT_PUSH_FRAME } from './push.ts';
import { Reader } from './wire/reader.ts';

/** The heartbeat, and its answer: a frame of length zero. */
export const HEARTBEAT: Uint8Array = Uint8Array.of(0);

/**
 * "SKN1": the first bytes a client sends on a TCP connection, before its first frame, so that one port can serve several
 * protocols. Not sent over WebSocket, where the subprotocol says it, and never by the server.
 */
export const NATIVE_PREFACE: Uint8Array = Uint8Array.of(0x53, 0x4b, 0x4e, 0x31);

// One writer for all: encoding is synchronous, and no byte that was handed out is written to again.
const writer = new Writer();

/**
 * A frame with its length before it, ready for a TCP stream or a WebSocket message. A view of a shared buffer, meant to be
 * sent soon: copy it to keep it.
 */
export function encodeUp(frame: UpFrameInit): Uint8Array {
  writer.clear();
  const mark = writer.begin();
  writeUpFrame(writer, frame);
  writer.end(mark);
  return writer.take();
}

export function encodeDown(frame: DownFrameInit): Uint8Array {
  if (frame.case === 'push') return encodePush(frame.value);
  writer.clear();
  const mark = writer.begin();
  writeDownFrame(writer, frame);
  writer.end(mark);
  return writer.take();
}

/**
 * Decodes what a splitter cut out. `undefined` is a frame kind of a newer version: skip it (rule FR4).
 * Errors: throws ProtocolError, nothing else (FR5).
 */
export function decodeUp(bytes: Uint8Array, from: number, to: number): UpFrame | undefined {
  return readUpFrame(new Reader(bytes, from, to), to);
}

export function decodeDown(bytes: Uint8Array, from: number, to: number): DownFrame | undefined {
  if (bytes[from] === SHORT_PUSH_FRAME)
    return { case: 'push', value: readShortPush(new Reader(bytes, from + 1, to)) };
  return readDownFrame(new Reader(bytes, from, to), to);
}
