import {
  type DownFrameInit,
  readContent,
  readMemberChange,
  readReaction,
  readSettingsChange,
  type UpFrame,
  type DownFrame,
  writeContent,
  type UpFrameInit,
} from '../generated/skein.gen.ts';
import { Content, Down, MemberChange, Reaction, SettingsChange, Up } from '../generated/skein-json.gen.ts';
import { decodeMessage, encodeMessage } from '../message-codec.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { Reader } from '../wire/reader.ts';
import type { MessageTable } from './field-table.ts';
import { messageFromJson, messageToJson } from './message-json.ts';

/**
 * A frame as one JSON object with one property, the frame's name: `{"send":{"conversation":1,"counter":1,"text":"你好"}}`.
 * Bodies, which are bytes in the binary encoding, are readable here: `content`, `reaction`, `member` or `settings`.
 */
type JsonObject = { [key: string]: unknown };

/** By entry kind (0 and 1 message, 2 edit, 4 reaction, 5 member, 6 settings): how its body reads. */
const BODIES: Readonly<Record<number, { key: string; table: MessageTable; read: (r: Reader, end: number) => object }>> = {
  0: { key: 'content', table: Content, read: readContent },
  1: { key: 'content', table: Content, read: readContent },
  2: { key: 'content', table: Content, read: readContent },
  4: { key: 'reaction', table: Reaction, read: readReaction },
  5: { key: 'member', table: MemberChange, read: readMemberChange },
  6: { key: 'settings', table: SettingsChange, read: readSettingsChange },
};

export function downToJson(frame: DownFrameInit): string {
  return JSON.stringify(spellOut(messageToJson(Down, { frame })));
}

export function upToJson(frame: UpFrameInit): string {
  return JSON.stringify(spellOut(messageToJson(Up, { frame })));
}

/** `undefined` is a frame of a newer version. Errors: throws ProtocolError, nothing else. */
export function upFromJson(text: string): UpFrame | undefined {
  const json = parse(text);
  const send = json['send'] as JsonObject | undefined;
  if (typeof send === 'object' && send !== null && typeof send['content'] === 'object' && send['content'] !== null) {
    const content = messageFromJson(Content, send['content']) as Parameters<typeof writeContent>[1];
    json['send'] = { ...send, content: toBase64(encodeMessage(writeContent, content)) };
  }
  return (messageFromJson(Up, json) as { frame: UpFrame | undefined }).frame;
}

/** For clients in JSON mode; bodies stay as the server spelled them out only in binary mode, so bytes are restored. */
export function downFromJson(text: string): DownFrame | undefined {
  return (messageFromJson(Down, parse(text)) as { frame: DownFrame | undefined }).frame;
}

function parse(text: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ProtocolError('invalid-json');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new ProtocolError('invalid-json');
  return json as JsonObject;
}
