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

// "3*users=s" is field 3, a list of strings; "4?me:User" an optional message; "16accessToken>auth=s" a string in a oneof.
const FIELD = /^(\d+)([*?]?)(\w+)(?:>(\w+))?(?:[=:](\w+))?$/;

let messages: ReadonlyMap<string, CompactMessage> | null = null;

/** Fields of a message by their numbers, in the order of the schema. The text is taken apart once, when first needed. */
export function compactMessage(name: string): CompactMessage {
  messages ??= new Map(SCHEMA_TEXT.split('\n').map(toMessage));
  const message = messages.get(name);
  assert(message !== undefined, `the schema has a message ${name}`);
  return message;
}

function toMessage(line: string): [string, CompactMessage] {
  const [name = '', ...fields] = line.split(' ');
  return [name, new Map(fields.map(toField).map((field) => [field.number, field]))];
}

function toField(text: string): CompactField {
  const [, number, flag, name = '', oneof = '', type = 'u'] = FIELD.exec(text) ?? [];
  const isMessage = type.length > 1;
  const isOptional = flag === '?' || (isMessage && flag !== '*');
  return { number: Number(number), name, type, isList: flag === '*', isOptional, oneof };
}
