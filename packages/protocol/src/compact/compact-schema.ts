import { assert } from '@skein/model';
import { SCHEMA_TEXT } from '../generated/skein-compact.gen.ts';

/**
 * Scalars by a letter: `u`int64, u`i`nt32, `b`ool, `f`ixed32, `s`tring, b`y`tes; anything longer is the name of a message.
 */
export type CompactType = string;

export interface CompactField {
  readonly number: number;
  readonly name: string;
  readonly type: CompactType;
  readonly isList: boolean;
  /** Tells "absent" from "zero". */
  readonly isOptional: boolean;
  /** The `oneof` it belongs to; empty: none. */
  readonly oneof: string;
}

export type CompactMessage = ReadonlyMap<number, CompactField>;

// "*users=s" is a list of strings; "?me:User" an optional message; "16accessToken>auth=s" field 16, a string in a oneof.
// Without a number it is the one after the field before, without a name it has its type's: ">frame:Hello" is `hello`.
const FIELD = /^(\d*)([*?]?)(\w*)(?:>(\w+))?(?:[=:](\w+))?$/;

let messages: Map<string, CompactMessage> | null = null;

/** Fields of a message by their numbers, in the order of the schema. */
export function compactMessage(name: string): CompactMessage {
  const message = known().get(name);
  assert(message !== undefined, `the schema has a message ${name}`);
  return message;
}

/** Adds messages, and members of messages that are known; once or more often is the same. */
export function learnMessages(text: string): void {
  for (const line of text.split('\n')) {
    const [name, fields] = toMessage(line);
    known().set(name, new Map([...(known().get(name) ?? []), ...fields]));
  }
}

/** The text is taken apart once, when first needed. */
function known(): Map<string, CompactMessage> {
  messages ??= new Map(SCHEMA_TEXT.split('\n').map(toMessage));
  return messages;
}

function toMessage(line: string): [string, CompactMessage] {
  const [name = '', ...texts] = line.split(' ');
  const fields = new Map<number, CompactField>();
  let number = 0;
  for (const text of texts) {
    const field = toField(text, number + 1);
    number = field.number;
    fields.set(number, field);
  }
  return [name, fields];
}

function toField(text: string, next: number): CompactField {
  const [, number, flag, name = '', oneof = '', type = 'u'] = FIELD.exec(text) ?? [];
  const isMessage = type.length > 1;
  const isOptional = flag === '?' || (isMessage && flag !== '*');
  return {
    number: Number(number) || next,
    name: name || lowerFirst(type),
    type,
    isList: flag === '*',
    isOptional,
    oneof,
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
