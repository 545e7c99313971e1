/** JSON Schema 2020-12, as far as our document uses it. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * Whether a value is what a schema of our document says: JSON Schema 2020-12, as far as the document uses it. Written apart
 * from what makes the document, so that a mistake there is not repeated here.
 */
export class SchemaCheck {
  readonly #schemas: Readonly<Record<string, Schema>>;

  constructor(schemas: Readonly<Record<string, Schema>>) {
    this.#schemas = schemas;
  }

  accepts(schema: Schema, value: unknown): boolean {
    const ref = schema['$ref'];
    if (typeof ref === 'string') return this.accepts(this.resolved(ref), value);
    const anyOf = schema['anyOf'] as readonly Schema[] | undefined;
    if (anyOf !== undefined && !anyOf.some((one) => this.accepts(one, value))) return false;
    if (!isOfType(schema['type'], value)) return false;
    const values = schema['enum'] as readonly unknown[] | undefined;
    if (values !== undefined && !values.includes(value)) return false;
    if (typeof value === 'number') return value >= lowest(schema) && value <= highest(schema);
    if (typeof value === 'string') return matches(schema['pattern'], value);
    if (Array.isArray(value))
      return value.every((item) => this.accepts((schema['items'] ?? {}) as Schema, item));
    return typeof value !== 'object' || value === null || this.#acceptsFields(schema, value as Fields);
  }

  resolved(ref: string): Schema {
    const found = this.#schemas[ref.slice(ref.lastIndexOf('/') + 1)];
    if (found === undefined) throw new Error(`${ref} leads nowhere`);
    return found;
  }

  #acceptsFields(schema: Schema, value: Fields): boolean {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
    const required = (schema['required'] ?? []) as readonly string[];
    const dependent = Object.entries((schema['dependentSchemas'] ?? {}) as Record<string, Schema>);
    return (
      required.every((name) => Object.hasOwn(value, name)) &&
      properties.every(([name, one]) => !Object.hasOwn(value, name) || this.accepts(one, value[name])) &&
      dependent.every(([name, one]) => isAbsent(value, name) || this.accepts(one, value))
    );
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Null is as good as nothing, so a null excludes nothing either. */
function isAbsent(value: Fields, name: string): boolean {
  return !Object.hasOwn(value, name) || value[name] === null;
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === undefined) return true;
  if (Array.isArray(type)) return type.some((one) => isOfType(one, value));
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

function lowest(schema: Schema): number {
  return (schema['minimum'] as number | undefined) ?? Number.NEGATIVE_INFINITY;
}

function highest(schema: Schema): number {
  return (schema['maximum'] as number | undefined) ?? Number.POSITIVE_INFINITY;
}

function matches(pattern: unknown, value: string): boolean {
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value);
}
