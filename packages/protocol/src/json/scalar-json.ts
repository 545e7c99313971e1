import { ProtocolError } from '../protocol-error.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { EnumTable, FieldTable, ScalarName } from './field-table.ts';

const UINT32_MAX = 0xffffffff;

/** What JSON is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A bare value as JSON. Numbers stay numbers: none of ours exceeds 2^53. */
export function scalarToJson(type: ScalarName, value: unknown): Json {
  if (type === 'bytes') return encodeBase64(value as Uint8Array);
  // Half a surrogate pair has no UTF-8 form; both encodings put U+FFFD in its place.
  if (type === 'string') return (value as string).replace(/\p{Surrogate}/gu, '\uFFFD');
  return value as Json;
}

/** Errors: throws ProtocolError('invalid-json') that names the field. */
export function scalarFromJson(field: FieldTable, type: ScalarName, json: unknown): unknown {
  switch (type) {
    case 'bool':
      if (typeof json === 'boolean') return json;
      break;
    case 'string':
      if (typeof json === 'string' && !/\p{Surrogate}/u.test(json)) return json;
      break;
    case 'bytes':
      if (typeof json === 'string') return decodeBase64(json);
      break;
    default: {
      // Programs that follow protobuf's own JSON mapping send 64-bit numbers as strings.
      const value = typeof json === 'string' && /^\d{1,16}$/.test(json) ? Number(json) : json;
      const most = type === 'uint64' ? Number.MAX_SAFE_INTEGER : UINT32_MAX;
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
    }
  }
  throw new ProtocolError(
    'invalid-json',
    `${field.name} must be ${type === 'bool' ? 'true or false' : `a ${type}`}`,
  );
}

/** The value's name, or the number of a value that this version does not know. */
export function enumToJson(names: EnumTable, value: number): Json {
  return names[value] ?? value;
}

export function enumFromJson(field: FieldTable, names: EnumTable, json: unknown): number {
  if (typeof json === 'number') return scalarFromJson(field, 'uint32', json) as number;
  const found = Object.entries(names).find(([, name]) => name === json);
  if (found === undefined) throw new ProtocolError('invalid-json', `${field.name} has no such value`);
  return Number(found[0]);
}

export function isObject(json: unknown): json is { readonly [key: string]: unknown } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
