import { Writer } from '#writer';
import { Reader } from './wire/reader.ts';

const writer = new Writer();

/** Encodes one message of the schema: `encodeMessage(writeContent, { of: { case: 'text', value: '你好' } })`. */
export function encodeMessage<Init>(write: (w: Writer, message: Init) => void, message: Init): Uint8Array {
  writer.clear();
  write(writer, message);
  return writer.finish();
}

/** Decodes one message of the schema. Errors: throws ProtocolError, nothing else. */
export function decodeMessage<Message>(
  read: (r: Reader, end: number) => Message,
  bytes: Uint8Array,
): Message {
  return read(new Reader(bytes), bytes.length);
}
