import fc from 'fast-check';

import type { Schema, SchemaCheck } from './json-schema-check.ts';

/** Values that a schema accepts, small numbers more often than others so that they name things that exist. */
export function anyOfSchema(check: SchemaCheck, schema: Schema): fc.Arbitrary<unknown> {
  const {
    $ref,
    anyOf,
    enum: values,
    type,
    items,
  } = schema as {
    $ref?: string;
    anyOf?: Schema[];
    enum?: string[];
    type?: string | string[];
    items?: Schema;
  };
  if ($ref !== undefined) return anyOfSchema(check, check.resolved($ref));
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => anyOfSchema(check, one)));
  if (values !== undefined) return fc.constantFrom(...values);
  if (Array.isArray(type))
    return fc.oneof(...type.map((one) => anyOfSchema(check, { ...schema, type: one })));
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer': {
      const max = (schema['maximum'] as number | undefined) ?? 1_000;
      return fc.oneof(
        { weight: 5, arbitrary: fc.nat({ max: 3 }) },
        fc.integer({ min: 0, max: Math.min(max, 2 ** 31 - 1) }),
        fc.constant(max),
      );
    }
    case 'string':
      return anyString(schema['pattern'] as string | undefined);
    case 'array':
      return fc.array(anyOfSchema(check, items ?? {}), { maxLength: 3 });
    case 'object': {
      const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
      const record = Object.entries(properties).map(
        ([name, one]) => [name, anyOfSchema(check, one)] as const,
      );
      return fc.record(Object.fromEntries(record), { requiredKeys: [] });
    }
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** One property of a valid message replaced by anything; or anything at all. */
export function brokenFrom(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(-1, 1.5, 2 ** 53, '', 'x'.repeat(300), '\0', [], {}, true),
  );
  const replaced = fc.tuple(valid, fc.nat(), anything).map(([message, at, value]) => {
    if (typeof message !== 'object' || message === null) return value;
    const names = Object.keys(message);
    const name = names[at % Math.max(1, names.length)];
    return name === undefined ? value : { ...message, [name]: value };
  });
  return fc.oneof({ weight: 4, arbitrary: replaced }, anything);
}

function anyString(pattern: string | undefined): fc.Arbitrary<string> {
  if (pattern === undefined)
    return fc.oneof(fc.constantFrom('alice', 'bob', 'x'), fc.string({ unit: 'grapheme', maxLength: 20 }));
  return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: 64 });
}
