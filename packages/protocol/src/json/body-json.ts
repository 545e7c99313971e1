import { ENTRY_KIND } from '@skein/model';
import {
  readContent,
  readMemberChange,
  readReaction,
  readSettingsChange,
  writeContent,
  writeMemberChange,
  writeReaction,
  writeSettingsChange,
} from '../generated/skein.gen.ts';
import {
  Content,
  LogEntry,
  MemberChange,
  Push,
  Reaction,
  Send,
  SettingsChange,
  SetWill,
  Transient,
} from '../generated/skein-json.gen.ts';
import { decodeMessage, encodeMessage } from '../message-codec.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { encodeBase64 } from './base64.ts';
import type { MessageTable } from './field-table.ts';
import { type JsonObject, messageFromJson, messageToJson, PLAIN, type Spelling } from './message-json.ts';
import { isObject } from './scalar-json.ts';

/** How the bodies of one kind of entry read in JSON: under which property, and as which message. */
interface BodyForm {
  readonly property: string;
  readonly toJson: (body: Uint8Array) => JsonObject;
  readonly fromJson: (json: unknown) => Uint8Array;
}

const CONTENT = bodyForm('content', Content, readContent, writeContent);
const REACTION = bodyForm('reaction', Reaction, readReaction, writeReaction);
const MEMBER = bodyForm('member', MemberChange, readMemberChange, writeMemberChange);
const SETTINGS = bodyForm('settings', SettingsChange, readSettingsChange, writeSettingsChange);
const FORMS = [CONTENT, REACTION, MEMBER, SETTINGS];

/** Said by people, with Content beside a short form for texts. */
const SAID: ReadonlySet<MessageTable> = new Set([Send, Transient, SetWill]);

/** Kind 0 is how the wire says "message". A recall has no body; a kind of a newer version stays base64. */
const FORM_OF_KIND: Readonly<Record<number, BodyForm | undefined>> = {
  0: CONTENT,
  [ENTRY_KIND.message]: CONTENT,
  [ENTRY_KIND.edit]: CONTENT,
  [ENTRY_KIND.reaction]: REACTION,
  [ENTRY_KIND.member]: MEMBER,
  [ENTRY_KIND.settings]: SETTINGS,
};

/** Bodies, which are bytes in the binary encoding, spelled out (rule JS3). */
export const READABLE_BODIES: Spelling = {
  toJson(table, json, message) {
    const entry = message as { kind?: number; body?: Uint8Array; content?: Uint8Array };
    if (SAID.has(table) && json['content'] !== undefined)
      return spellOut(json, 'content', CONTENT, entry.content);
    if ((table !== Push && table !== LogEntry) || json['body'] === undefined) return json;
    return spellOut(json, 'body', FORM_OF_KIND[entry.kind ?? 0], entry.body);
  },

  fromJson(table, json) {
    if (SAID.has(table))
      return isObject(json['content']) ? { ...json, content: toBase64(CONTENT, json['content']) } : json;
    if (table !== Push && table !== LogEntry) return json;
    const [form, second] = FORMS.filter(({ property }) => isObject(json[property]));
    if (form === undefined) return json;
    if (second !== undefined)
      throw new ProtocolError('invalid-json', `${second.property} excludes ${form.property}`);
    return { ...json, body: toBase64(form, json[form.property]) };
  },
};

function bodyForm(
  property: string,
  table: MessageTable,
  read: (r: Reader, end: number) => object,
  write: (w: Writer, message: object) => void,
): BodyForm {
  return {
    property,
    toJson: (body) => messageToJson(table, decodeMessage(read, body), PLAIN),
    fromJson: (json) => encodeMessage(write, messageFromJson(table, json, PLAIN)),
  };
}

/** A body that is not what its kind says stays base64: a reader is shown it as it is. */
function spellOut(
  json: JsonObject,
  field: string,
  form: BodyForm | undefined,
  body: Uint8Array | undefined,
): JsonObject {
  if (form === undefined || body === undefined) return json;
  try {
    const spelled = { [form.property]: form.toJson(body) };
    const { [field]: _bytes, ...rest } = json;
    return { ...rest, ...spelled };
  } catch (error) {
    if (error instanceof ProtocolError) return json;
    throw error;
  }
}

// Back through base64, so that reading has one way in; only clients that speak JSON pay for it.
function toBase64(form: BodyForm, json: unknown): string {
  return encodeBase64(form.fromJson(json));
}
