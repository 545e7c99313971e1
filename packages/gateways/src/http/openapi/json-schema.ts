import {
  COMMENTS,
  type EnumTable,
  type FieldTable,
  type MessageTable,
  type ScalarName,
  TABLES,
} from '@skein/protocol/services';

/** JSON Schema 2020-12, as far as messages need it. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * `answer`: what the server writes. `request`: what it reads, which is more: numbers in strings, numbers of enumerations,
 * null for what is left out.
 */
export type Role = 'answer' | 'request';

const UINT32_MAX = 0xffffffff;
const BASE64 = { contentEncoding: 'base64', pattern: '^[A-Za-z0-9+/_-]*={0,2}$' };
const DIGITS = '^[0-9]{1,16}$';
/** Entries at rest and live: their bodies are spelled out by the kind of the entry (rule JS3). */
const SPELLED_BODIES: Readonly<Record<string, MessageTable>> = {
  content: TABLES.Content,
  reaction: TABLES.Reaction,
  member: TABLES.MemberChange,
  settings: TABLES.SettingsChange,
};
/** Said by people, with Content beside a short form for texts. */
const SAID: ReadonlySet<MessageTable> = new Set([TABLES.Send, TABLES.SetWill, TABLES.Transient]);

/** Collects the schemas of messages, each once for each role, as `#/components/schemas/…`. */
export class MessageSchemas {
  readonly #byName = new Map<string, Schema>();

  get all(): Readonly<Record<string, Schema>> {
    return Object.fromEntries([...this.#byName].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A reference to a message's schema, which is added when it is new. */
  ref(table: MessageTable, role: Role): Schema {
    const name = role === 'answer' ? table.name : `${table.name}Request`;
    if (!this.#byName.has(name)) {
      // First the name, so that what refers to it finds it.
      this.#byName.set(name, {});
      this.#byName.set(name, this.#message(table, role));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #message(table: MessageTable, role: Role): Schema {
    const comments = COMMENTS[table.name];
    const properties: Record<string, Schema> = {};
    for (const field of table.fields) {
      const schema = this.#field(field, role);
      const text = comments?.fields[field.name];
      properties[field.name] = text === undefined ? schema : { description: text, ...schema };
    }
    if (SAID.has(table)) properties['content'] = this.#saidContent(properties['content'] ?? {}, role);
    if (table === TABLES.Push || table === TABLES.LogEntry) this.#spellBodies(properties, role);
    return {
      type: 'object',
      ...(comments?.text === undefined || comments.text === '' ? {} : { description: comments.text }),
      properties,
      ...exclusions(table),
    };
  }

  #field(field: FieldTable, role: Role): Schema {
    const one = this.#element(field, role);
    if (field.list) return orNull({ type: 'array', items: one }, role);
    return role === 'answer' ? one : orNull(one, role);
  }

  #element({ type }: FieldTable, role: Role): Schema {
    if (typeof type === 'function') return this.ref(type(), role);
    return typeof type === 'object' ? enumSchema(type, role) : scalarSchema(type, role);
  }

  #saidContent({ description }: Schema, role: Role): Schema {
    return {
      description,
      anyOf: [this.ref(TABLES.Content, role), { type: 'string', ...BASE64 }, { type: 'null' }],
    };
  }

  #spellBodies(properties: Record<string, Schema>, role: Role): void {
    for (const [property, table] of Object.entries(SPELLED_BODIES)) {
      properties[property] = this.ref(table, role);
    }
  }
}

function scalarSchema(type: ScalarName, role: Role): Schema {
  switch (type) {
    case 'bool':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string' };
    case 'bytes':
      return { type: 'string', ...BASE64 };
    default: {
      const range = { minimum: 0, maximum: type === 'uint64' ? Number.MAX_SAFE_INTEGER : UINT32_MAX };
      return role === 'answer'
        ? { type: 'integer', ...range }
        : { type: ['integer', 'string'], ...range, pattern: DIGITS };
    }
  }
}

function enumSchema(names: EnumTable, role: Role): Schema {
  const named = { type: 'string', enum: Object.values(names) };
  const number = { type: 'integer', minimum: 0, maximum: UINT32_MAX };
  // A newer server may know more values; it then says their numbers.
  return { anyOf: [named, role === 'answer' ? { ...number, minimum: Object.keys(names).length } : number] };
}

/** [JS4] Null is as good as nothing in what the server reads. */
function orNull(schema: Schema, role: Role): Schema {
  if (role === 'answer') return schema;
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(anyOf)) return { ...rest, anyOf: [...(anyOf as Schema[]), { type: 'null' }] };
  if (type === undefined) return { anyOf: [schema, { type: 'null' }] };
  return { type: [...(Array.isArray(type) ? (type as string[]) : [type]), 'null'], ...rest };
}

/** Of the fields of one `oneof` at most one may be there. */
function exclusions({ fields }: MessageTable): Schema {
  const dependent = fields.flatMap(({ name, oneof }) => {
    const others = fields.filter(
      (other) => oneof !== undefined && other.oneof === oneof && other.name !== name,
    );
    return others.length === 0
      ? []
      : [[name, { properties: Object.fromEntries(others.map((other) => [other.name, { type: 'null' }])) }]];
  });
  return dependent.length === 0 ? {} : { dependentSchemas: Object.fromEntries(dependent) as Schema };
}
