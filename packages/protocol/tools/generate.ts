/**
 * Generates the codec from proto/: `node packages/protocol/tools/generate.ts` writes it, `--check` fails when the
 * committed files differ. Straight-line functions per message, so that the engine can inline them, one table of
 * fields for the JSON form, and the schema as a short text for the codec of small programs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { compactSchema, isOptional } from './generate-compact.ts';
import { servicesCode } from './generate-services.ts';
import { loadSchema } from './load-schema.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const HEADER = '// Generated from proto/ by tools/generate.ts. Do not edit.\n';
// Wire types, https://protobuf.dev/programming-guides/encoding/#structure
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

interface Scalar {
  readonly ts: string;
  readonly zero: string;
  readonly wire: number;
  readonly read: string;
  readonly write: string;
}

const SCALARS: Partial<Record<ScalarType, Scalar>> = {
  [ScalarType.UINT32]: { ts: 'number', zero: '0', wire: VARINT, read: 'r.uint32()', write: 'uint' },
  [ScalarType.UINT64]: { ts: 'number', zero: '0', wire: VARINT, read: 'r.uint()', write: 'uint' },
  [ScalarType.BOOL]: { ts: 'boolean', zero: 'false', wire: VARINT, read: 'r.bool()', write: 'bool' },
  [ScalarType.FIXED32]: { ts: 'number', zero: '0', wire: FIXED32, read: 'r.fixed32()', write: 'fixed32' },
  [ScalarType.STRING]: {
    ts: 'string',
    zero: "''",
    wire: LENGTH_DELIMITED,
    read: 'r.string()',
    write: 'string',
  },
  [ScalarType.BYTES]: {
    ts: 'Uint8Array',
    zero: 'NO_BYTES',
    wire: LENGTH_DELIMITED,
    read: 'r.copy()',
    write: 'bytes',
  },
};

main();

function main(): void {
  const schema = loadSchema();
  const { messages, enums } = schema;
  const outputs = new Map([
    ['src/generated/skein.gen.ts', codec(messages, enums)],
    ['src/generated/skein-json.gen.ts', tables(messages, enums)],
    // Procedures are not of the native wire, and the SDK should not carry their messages.
    [
      'src/generated/skein-compact.gen.ts',
      compactSchema(
        messages.filter(({ file }) => file.services.length === 0),
        HEADER,
      ),
    ],
    ['src/generated/skein-services.gen.ts', servicesCode(schema, HEADER)],
  ]);
  const check = process.argv.includes('--check');
  for (const [name, text] of outputs) {
    const path = `${PACKAGE}${name}`;
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      process.stderr.write(`${name} is out of date; run: npm run gen\n`);
      process.exit(1);
    }
  }
}

// ── the codec ─────────────────────────────────────────────────────────────────────────────────────────────────────

function codec(messages: readonly DescMessage[], enums: readonly DescEnum[]): string {
  const parts = [
    HEADER,
    "import type { Reader } from '../wire/reader.ts';\nimport type { Writer } from '../wire/writer.ts';\n",
    'const NO_BYTES = new Uint8Array(0);\n',
    ...enums.map(enumType),
    ...messages.map((message) => [types(message), writer(message), reader(message)].join('\n')),
    ...messages.filter(isFrame).map(frameCodec),
  ];
  return parts.join('\n');
}

/** A frame is a message that is nothing but one `oneof` named "frame" over messages. */
function isFrame(message: DescMessage): boolean {
  return message.oneofs.length === 1 && message.oneofs[0]?.name === 'frame';
}

function enumType(desc: DescEnum): string {
  const values = desc.values.map((value) => `  ${enumKey(value.localName)}: ${value.number},`).join('\n');
  return `export const ${desc.name} = {\n${values}\n} as const;\n/** Any number: a newer peer may know more values. */\nexport type ${desc.name} = number;\n`;
}

function enumKey(localName: string): string {
  return localName.toLowerCase();
}

function types(message: DescMessage): string {
  const plain = message.members.map((member) => {
    if (member.kind === 'oneof') {
      const full = member.fields.map(
        (f) => `{ readonly case: '${f.localName}'; readonly value: ${elementType(f)} }`,
      );
      const init = member.fields.map(
        (f) => `{ readonly case: '${f.localName}'; readonly value: ${elementType(f, true)} }`,
      );
      return {
        full: `  readonly ${member.localName}: ${[...full, 'undefined'].join(' | ')};`,
        init: `  readonly ${member.localName}?: ${[...init, 'undefined'].join(' | ')};`,
      };
    }
    const optional = isOptional(member) ? ' | undefined' : '';
    return {
      full: `  readonly ${member.localName}: ${fieldType(member)}${optional};`,
      init: `  readonly ${member.localName}?: ${fieldType(member, true)} | undefined;`,
    };
  });
  const name = message.name;
  return [
    `/** As read: every field present. */`,
    `export interface ${name} {`,
    ...plain.map((p) => p.full),
    '  /** Fields of a newer schema, kept as they came. */',
    '  readonly unknown: Uint8Array | undefined;',
    '}',
    `/** As written: what is left out has its default. */`,
    `export interface ${name}Init {`,
    ...plain.map((p) => p.init),
    '  readonly unknown?: Uint8Array | undefined;',
    '}\n',
  ].join('\n');
}

/** True for fields that tell "absent" from "zero": `optional` ones and messages. */
function fieldType(field: DescField, init = false): string {
  return field.fieldKind === 'list' ? `readonly ${elementType(field, init)}[]` : elementType(field, init);
}

function elementType(field: DescField, init = false): string {
  if (field.message) return init ? `${field.message.name}Init` : field.message.name;
  if (field.enum) return field.enum.name;
  return scalarOf(field).ts;
}

function scalarOf(field: DescField): Scalar {
  if (field.enum) return SCALARS[ScalarType.UINT32] as Scalar;
  const scalar = field.scalar === undefined ? undefined : SCALARS[field.scalar];
  if (scalar === undefined) throw new Error(`${field.toString()}: a scalar type the generator does not know`);
  return scalar;
}

function writer(message: DescMessage): string {
  const lines = message.members.flatMap((member) => {
    if (member.kind === 'oneof') {
      const cases = member.fields.map(
        (f) => `    case '${f.localName}': {\n${indent(writeElement(f, 'of.value'), 6)}\n      break;\n    }`,
      );
      return [`  const of = m.${member.localName};`, '  switch (of?.case) {', ...cases, '  }'];
    }
    return writeField(member);
  });
  return [
    `export function write${message.name}(w: Writer, m: ${message.name}Init): void {`,
    ...lines,
    '  if (m.unknown !== undefined) w.raw(m.unknown);',
    '}\n',
  ].join('\n');
}

function writeField(field: DescField): string[] {
  const from = `m.${field.localName}`;
  if (field.fieldKind === 'list') {
    if (isPacked(field)) {
      return [
        `  if (${from} !== undefined && ${from}.length > 0) {`,
        `    w.uint(${tag(field, LENGTH_DELIMITED)});`,
        '    const mark = w.begin();',
        `    for (const value of ${from}) w.${scalarOf(field).write}(value);`,
        '    w.end(mark);',
        '  }',
      ];
    }
    return [
      `  if (${from} !== undefined) {`,
      `    for (const value of ${from}) {`,
      indent(writeElement(field, 'value'), 6),
      '    }',
      '  }',
    ];
  }
  return [`  if (${presence(field, from)}) {`, indent(writeElement(field, from), 4), '  }'];
}

function presence(field: DescField, from: string): string {
  if (isOptional(field)) return `${from} !== undefined`;
  if (field.scalar === ScalarType.BYTES) return `${from} !== undefined && ${from}.length > 0`;
  return `${from} !== undefined && ${from} !== ${scalarOf(field).zero}`;
}

function writeElement(field: DescField, from: string): string {
  if (field.message) {
    return [
      `w.uint(${tag(field, LENGTH_DELIMITED)});`,
      'const mark = w.begin();',
      `write${field.message.name}(w, ${from});`,
      'w.end(mark);',
    ].join('\n');
  }
  const scalar = scalarOf(field);
  return `w.uint(${tag(field, scalar.wire)});\nw.${scalar.write}(${from});`;
}

function tag(field: DescField, wire: number): number {
  return field.number * 8 + wire;
}

function isPacked(field: DescField): boolean {
  return field.fieldKind === 'list' && !field.message && scalarOf(field).wire !== LENGTH_DELIMITED;
}

function reader(message: DescMessage): string {
  const locals = message.members.map((member) => {
    if (member.kind === 'oneof') return `  let ${member.localName}: ${message.name}['${member.localName}'];`;
    return `  let ${member.localName}${initial(member)};`;
  });
  const cases = message.fields.flatMap((field) => readCases(field));
  const names = message.members.map((member) => member.localName);
  return [
    `export function read${message.name}(r: Reader, end: number): ${message.name} {`,
    ...locals.map((line) => line.replace(/^ {2}let (\w+): readonly /, '  const $1: ')),
    '  let unknown: number[] | undefined;',
    '  while (r.at < end) {',
    '    const tagAt = r.at;',
    '    const tag = r.uint();',
    '    switch (tag) {',
    ...cases,
    '      default:',
    '        unknown = r.unknown(tag, tagAt, unknown);',
    '    }',
    '  }',
    `  return { ${[...names, 'unknown: r.joined(unknown)'].join(', ')} };`,
    '}\n',
  ].join('\n');
}

function initial(field: DescField): string {
  if (field.fieldKind === 'list') return `: readonly ${elementType(field)}[] = []`;
  if (isOptional(field)) return `: ${elementType(field)} | undefined`;
  const scalar = scalarOf(field);
  return field.scalar === ScalarType.BYTES ? ': Uint8Array = NO_BYTES' : `: ${scalar.ts} = ${scalar.zero}`;
}

function readCases(field: DescField): string[] {
  const wire = field.message ? LENGTH_DELIMITED : scalarOf(field).wire;
  const into = (value: string): string => {
    if (field.oneof) return `${field.oneof.localName} = { case: '${field.localName}', value: ${value} };`;
    return field.fieldKind === 'list'
      ? `${field.localName}.push(${value});`
      : `${field.localName} = ${value};`;
  };
  const body = field.message
    ? [
        'const partEnd = r.enter();',
        `const value = read${field.message.name}(r, partEnd);`,
        'r.leave(partEnd);',
        into('value'),
      ]
    : [into(scalarOf(field).read)];
  const block = [
    `      case ${tag(field, wire)}: {`,
    ...body.map((line) => `        ${line}`),
    '        break;',
    '      }',
  ];
  if (!isPacked(field)) return block;
  return [
    ...block,
    `      case ${tag(field, LENGTH_DELIMITED)}: {`,
    '        const partEnd = r.enter();',
    `        while (r.at < partEnd) ${into(scalarOf(field).read)}`,
    '        r.leave(partEnd);',
    '        break;',
    '      }',
  ];
}

function frameCodec(message: DescMessage): string {
  const name = message.name;
  const fields = message.fields;
  return [
    `export type ${name}Frame = NonNullable<${name}['frame']>;`,
    `export type ${name}FrameInit = NonNullable<${name}Init['frame']>;`,
    `/** The byte that each frame starts with. */`,
    `export const ${name.toUpperCase()}_FRAME = {`,
    ...fields.map((f) => `  ${f.localName}: ${f.number},`),
    '} as const;',
    `/** Writes the member's number as one byte and its encoding; the framing around it says where it ends. */`,
    `export function write${name}Frame(w: Writer, frame: ${name}FrameInit): void {`,
    '  switch (frame.case) {',
    ...fields.map(
      (f) =>
        `    case '${f.localName}':\n      w.byte(${f.number});\n      write${f.message?.name}(w, frame.value);\n      break;`,
    ),
    '  }',
    '}',
    '/** Reads what the writer wrote; `undefined` for a frame of a newer version. */',
    `export function read${name}Frame(r: Reader, end: number): ${name}Frame | undefined {`,
    '  switch (r.uint()) {',
    ...fields.map(
      (f) =>
        `    case ${f.number}:\n      return { case: '${f.localName}', value: read${f.message?.name}(r, end) };`,
    ),
    '    default:',
    '      r.at = end;',
    '      return undefined;',
    '  }',
    '}\n',
  ].join('\n');
}

// ── the JSON tables ───────────────────────────────────────────────────────────────────────────────────────────────

function tables(messages: readonly DescMessage[], enums: readonly DescEnum[]): string {
  const enumTables = enums.map((desc) => {
    const prefix = desc.values[0]?.name.replace(/UNSPECIFIED$/, '') ?? '';
    const names = desc.values.map((v) => `${v.number}: '${v.name.replace(prefix, '').toLowerCase()}'`);
    return `const ${desc.name}: EnumTable = { ${names.join(', ')} };`;
  });
  const messageTables = messages.map((message) => {
    const fields = message.fields.map((field) => {
      const type = field.message
        ? `() => ${field.message.name}`
        : field.enum
          ? field.enum.name
          : `'${ScalarType[field.scalar as ScalarType].toLowerCase()}'`;
      const flags = [
        field.fieldKind === 'list' ? 'list: true' : '',
        field.oneof ? `oneof: '${field.oneof.localName}'` : '',
        isOptional(field) ? 'optional: true' : '',
      ].filter((flag) => flag !== '');
      return `    { name: '${field.localName}', type: ${type}${flags.map((flag) => `, ${flag}`).join('')} },`;
    });
    return `export const ${message.name}: MessageTable = {\n  name: '${message.name}',\n  fields: [\n${fields.join('\n')}\n  ],\n};`;
  });
  return [
    HEADER,
    "import type { EnumTable, MessageTable } from '../json/field-table.ts';\n",
    ...enumTables,
    '',
    ...messageTables,
    '',
  ].join('\n');
}

function indent(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(columns) + line)
    .join('\n');
}
