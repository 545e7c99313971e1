import { ProtocolError } from '../protocol-error.ts';
import type { FieldTable, MessageTable } from './field-table.ts';
import {
  enumFromJson,
  enumToJson,
  isObject,
  type Json,
  scalarFromJson,
  scalarToJson,
} from './scalar-json.ts';

/**
 * The JSON form of any message of the schema, driven by the generated tables. It follows protobuf's JSON mapping, except
 * that 64-bit numbers are written as numbers. Unknown properties are passed over; unknown binary fields have no JSON form
 * and are left out (rules JS2, JS4).
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What is said differently than the tables say: called with each message's JSON form, on its way out or in. */
export interface Spelling {
  readonly toJson: (table: MessageTable, json: JsonObject, message: object) => JsonObject;
  readonly fromJson: (table: MessageTable, json: JsonObject) => JsonObject;
}

type Fields = Record<string, unknown>;

/** The tables as they are. */
export const PLAIN: Spelling = { toJson: (_table, json) => json, fromJson: (_table, json) => json };

export function messageToJson(table: MessageTable, message: object, spelling: Spelling): JsonObject {
  const from = message as Fields;
  const json: Fields = {};
  for (const field of table.fields) {
    const value = fieldValue(field, from);
    if (value === undefined || isDefault(field, value)) continue;
    json[field.name] = field.list
      ? (value as readonly unknown[]).map((item) => elementToJson(field, item, spelling))
      : elementToJson(field, value, spelling);
  }
  return spelling.toJson(table, json, message);
}

/** Errors: throws ProtocolError('invalid-json') saying which property is wrong. */
export function messageFromJson(table: MessageTable, json: unknown, spelling: Spelling): object {
  if (!isObject(json)) throw new ProtocolError('invalid-json', `${table.name} must be an object`);
  const from = spelling.fromJson(table, json);
  const message: Fields = {};
  const element = (field: FieldTable, value: unknown): unknown => {
    if (typeof field.type === 'function') return messageFromJson(field.type(), value, spelling);
    if (typeof field.type === 'object') return enumFromJson(field, field.type, value);
    return scalarFromJson(field, field.type, value);
  };
  for (const field of table.fields) readField(message, field, from, element);
  message['unknown'] = undefined;
  return message;
}

function fieldValue(field: FieldTable, from: Fields): unknown {
  if (field.oneof === undefined) return from[field.name];
  const of = from[field.oneof] as { case: string; value: unknown } | undefined;
  return of?.case === field.name ? of.value : undefined;
}

function isDefault(field: FieldTable, value: unknown): boolean {
  if (field.list) return (value as readonly unknown[]).length === 0;
  if (field.oneof !== undefined || field.optional) return false;
  return (
    value === 0 || value === '' || value === false || (value instanceof Uint8Array && value.length === 0)
  );
}

function elementToJson(field: FieldTable, value: unknown, spelling: Spelling): Json | JsonObject {
  if (typeof field.type === 'function') return messageToJson(field.type(), value as object, spelling);
  if (typeof field.type === 'object') return enumToJson(field.type, value as number);
  return scalarToJson(field.type, value);
}

function readField(
  message: Fields,
  field: FieldTable,
  from: JsonObject,
  element: (field: FieldTable, value: unknown) => unknown,
): void {
  const json = Object.hasOwn(from, field.name) ? from[field.name] : undefined;
  const isPresent = json !== undefined && json !== null;
  if (field.oneof !== undefined) {
    if (!isPresent) message[field.oneof] ??= undefined;
    else if (message[field.oneof] === undefined)
      message[field.oneof] = { case: field.name, value: element(field, json) };
    else throw new ProtocolError('invalid-json', `${field.name} excludes what came before it`);
  } else if (field.list) {
    if (isPresent && !Array.isArray(json))
      throw new ProtocolError('invalid-json', `${field.name} must be a list`);
    message[field.name] = isPresent ? (json as unknown[]).map((item) => element(field, item)) : [];
  } else {
    message[field.name] = isPresent ? element(field, json) : defaultOf(field);
  }
}

function defaultOf(field: FieldTable): unknown {
  if (field.optional || typeof field.type === 'function') return undefined;
  switch (field.type) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array(0);
    default:
      return 0;
  }
}
