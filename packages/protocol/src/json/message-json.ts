import { ProtocolError } from '../protocol-error.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { EnumTable, FieldTable, MessageTable, ScalarName } from './field-table.ts';

/**
 * The JSON form of any message of the schema, driven by the generated tables. It follows protobuf's JSON mapping with one
 * difference: 64-bit numbers are written as numbers, since none of ours exceeds 2^53 (strings are read too).
 * Unknown properties are passed over; unknown binary fields have no JSON form and are left out.
 */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Record<string, unknown>;

const DEPTH_MAX = 16;

export function messageToJson(table: MessageTable, message: object): Json {
  const from = message as Fields;
  const json: Record<string, Json> = {};
  for (const field of table.fields) {
    const value = fieldValue(field, from);
    if (value === undefined || isDefault(field, value)) continue;
    json[field.name] = field.list
      ? (value as readonly unknown[]).map((item) => elementToJson(field, item))
      : elementToJson(field, value);
  }
  return json;
}

/** Errors: throws ProtocolError('invalid-json') saying which property is wrong. */
export function messageFromJson(table: MessageTable, json: unknown, depth = 0): object {
  if (depth > DEPTH_MAX) throw new ProtocolError('nested-too-deep');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ProtocolError('invalid-json', `${table.name} must be an object`);
  }
  const from = json as Fields;
  const message: Fields = {};
  for (const field of table.fields) readField(message, field, from, depth);
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
  return value === 0 || value === '' || value === false || (value instanceof Uint8Array && value.length === 0);
}

function elementToJson(field: FieldTable, value: unknown): Json {
  if (typeof field.type === 'function') return messageToJson(field.type(), value as object);
  if (typeof field.type === 'object') return field.type[value as number] ?? (value as number);
  return field.type === 'bytes' ? encodeBase64(value as Uint8Array) : (value as Json);
}

function readField(message: Fields, field: FieldTable, from: Fields, depth: number): void {
  const json = Object.hasOwn(from, field.name) ? from[field.name] : undefined;
  const isPresent = json !== undefined && json !== null;
  if (field.oneof !== undefined) {
    if (isPresent) message[field.oneof] = { case: field.name, value: elementFromJson(field, json, depth) };
    else message[field.oneof] ??= undefined;
    return;
  }
  if (field.list) {
    if (isPresent && !Array.isArray(json)) throw new ProtocolError('invalid-json', `${field.name} must be a list`);
    message[field.name] = isPresent ? (json as unknown[]).map((item) => elementFromJson(field, item, depth)) : [];
    return;
  }
  message[field.name] = isPresent ? elementFromJson(field, json, depth) : defaultOf(field);
}

function defaultOf(field: FieldTable): unknown {
  if (field.optional || typeof field.type === 'function') return undefined;
  if (typeof field.type === 'object') return 0;
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

function elementFromJson(field: FieldTable, json: unknown, depth: number): unknown {
  if (typeof field.type === 'function') return messageFromJson(field.type(), json, depth + 1);
  if (typeof field.type === 'object') return enumFromJson(field, field.type, json);
  return scalarFromJson(field.name, field.type, json);
}

function enumFromJson(field: FieldTable, names: EnumTable, json: unknown): number {
  if (typeof json === 'number') return scalarFromJson(field.name, 'uint32', json) as number;
  const found = Object.entries(names).find(([, name]) => name === json);
  if (found === undefined) throw new ProtocolError('invalid-json', `${field.name} has no such value`);
  return Number(found[0]);
}

function scalarFromJson(name: string, type: ScalarName, json: unknown): unknown {
  switch (type) {
    case 'bool':
      if (typeof json === 'boolean') return json;
      break;
    case 'string':
      // Lone surrogates have no UTF-8 form; the binary encoding refuses them too.
      if (typeof json === 'string' && json.isWellFormed()) return json;
      break;
    case 'bytes':
      if (typeof json === 'string') return decodeBase64(json);
      break;
    default: {
      const value = typeof json === 'string' && /^\d{1,16}$/.test(json) ? Number(json) : json;
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    }
  }
  throw new ProtocolError('invalid-json', `${name} must be ${type === 'bool' ? 'true or false' : `a ${type}`}`);
}
