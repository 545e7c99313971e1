import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

/** How the compact schema calls a scalar; the most frequent one goes without saying. */
const COMPACT_TYPE: Partial<Record<ScalarType, string>> = {
  [ScalarType.UINT32]: 'i',
  [ScalarType.BOOL]: 'b',
  [ScalarType.FIXED32]: 'f',
  [ScalarType.STRING]: 's',
  [ScalarType.BYTES]: 'y',
};

/** What is said to and of those who are there now: a schema of its own, for the SDK that speaks of it. */
const FLEETING = new Set([
  'FindPresence',
  'Presence',
  'PresenceList',
  'SetPresence',
  'SetWill',
  'Transient',
  'UnwatchPresence',
]);

/** What no SDK says yet, so that nobody downloads it: the member that comes to be used leaves this list. */
const NOT_SAID_BY_SDK = new Set(['FindSent']);

/** Answers to what is in that list; their messages are used elsewhere too. */
const NOT_HEARD_BY_SDK = new Set(['skein.v1.Response.sent']);

/** One line per message: its name, then its fields; see compact/compact-schema.ts for how it reads. */
export function compactSchema(all: readonly DescMessage[], header: string): string {
  const known = all.filter(({ name }) => !NOT_SAID_BY_SDK.has(name));
  const lines = known
    .filter(({ name }) => !FLEETING.has(name))
    .map((message) => compactMessage(message, (field) => isForSdk(field) && !isFleeting(field)));
  const fleeting = known
    .filter((message) => FLEETING.has(message.name) || message.fields.some(isFleeting))
    .map((message) => compactMessage(message, (field) => FLEETING.has(message.name) || isFleeting(field)));
  return [
    header,
    '/** Read by compact/compact-schema.ts. */',
    `export const SCHEMA_TEXT = \`${lines.join('\n')}\`;`,
    '',
    '/** Learned by a program that speaks of presence, transient messages and wills. */',
    `export const FLEETING_SCHEMA_TEXT = \`${fleeting.join('\n')}\`;`,
    '',
  ].join('\n');
}

function compactMessage({ name, fields }: DescMessage, isIn: (field: DescField) => boolean): string {
  return [name, ...fields.filter(isIn).map(compactField)].join(' ');
}

function isForSdk({ message, parent, name }: DescField): boolean {
  if (NOT_HEARD_BY_SDK.has(`${parent.typeName}.${name}`)) return false;
  return message === undefined || !NOT_SAID_BY_SDK.has(message.name);
}

/** A member of something larger. */
function isFleeting({ message, parent }: DescField): boolean {
  return message !== undefined && FLEETING.has(message.name) && !FLEETING.has(parent.name);
}

/** The number is said where it does not follow the one before. */
function compactField(field: DescField, index: number, fields: readonly DescField[]): string {
  const number = field.number === (fields[index - 1]?.number ?? 0) + 1 ? '' : field.number;
  const flag = field.fieldKind === 'list' ? '*' : isOptional(field) && !field.oneof ? '?' : '';
  const group = field.oneof ? `>${field.oneof.localName}` : '';
  const letter = COMPACT_TYPE[field.scalar ?? ScalarType.UINT32] ?? '';
  const type = field.message ? `:${field.message.name}` : letter === '' ? '' : `=${letter}`;
  // A message in a oneof mostly has its type's name.
  const isNamedByType =
    field.oneof !== undefined && field.message?.name.toLowerCase() === field.localName.toLowerCase();
  return `${number}${flag}${isNamedByType ? '' : field.localName}${group}${type}`;
}

/** True where "absent" is not the same as "zero". */
export function isOptional(field: DescField): boolean {
  if (field.fieldKind === 'message') return true;
  return field.fieldKind !== 'list' && field.proto.proto3Optional;
}
