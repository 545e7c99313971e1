import { decodeMessage, encodeMessage } from '../message-codec.ts';
import { ProtocolError } from '../protocol-error.ts';
import { READABLE_BODIES } from './body-json.ts';
import { messageFromJson, messageToJson } from './message-json.ts';
import type { MessageCoder } from './service-table.ts';

export * as TABLES from '../generated/skein-json.gen.ts';
export { CODERS, COMMENTS, SERVICES } from '../generated/skein-services.gen.ts';
/**
 * The procedures of the schema and how their messages travel, as JSON and as protobuf. An entry of its own,
 * `@skein/protocol/services`: neither the native wire nor the SDK needs it.
 */
export type { EnumTable, FieldTable, MessageTable, ScalarName } from './field-table.ts';
export type { MessageCoder, MessageComments, MethodTable, ServiceTable } from './service-table.ts';

/** Errors: throws ProtocolError, nothing else. */
export function messageOfJson({ table }: MessageCoder, text: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ProtocolError('invalid-json');
  }
  return messageFromJson(table, json, READABLE_BODIES);
}

export function jsonOfMessage({ table }: Pick<MessageCoder, 'table'>, message: object): string {
  return JSON.stringify(messageToJson(table, message, READABLE_BODIES));
}

/** Errors: throws ProtocolError, nothing else. */
export function messageOfBytes({ read }: MessageCoder, bytes: Uint8Array): object {
  return decodeMessage(read, bytes);
}

export function bytesOfMessage({ write }: MessageCoder, message: object): Uint8Array {
  return encodeMessage(write, message);
}
