import {
  create,
  type DescField,
  type DescMessage,
  equals,
  fromBinary,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSchema } from '../tools/load-schema.ts';
import * as codec from './generated/skein.gen.ts';
import { decodeMessage, encodeMessage } from './message-codec.ts';
import { anyText } from './testing/any-text.ts';
import type { Reader } from './wire/reader.ts';
import type { Writer } from './wire/writer.ts';

/** Our codec against the reference runtime, over every message of the schema. */
const RUNS = 25;
const LIST_MAX = 3;

type Fields = Record<string, unknown>;
type Write = (w: Writer, message: object) => void;
type Read = (r: Reader, end: number) => Fields;

const { messages } = loadSchema();
const functions = new Map<string, unknown>(Object.entries(codec));

describe.each(messages.map((message) => [message.name, message] as const))('%s', (name, message) => {
  const write = functions.get(`write${name}`) as Write;
  const read = functions.get(`read${name}`) as Read;

  it('[FR3] is written as the reference writes it', () => {
    check(messageOf(message), (ours) => {
      const reference = create(message, toReference(message, ours));
      const bytes = encodeMessage(write, ours);
      expect(bytes).toEqual(toBinary(message, reference));
      expect(equals(message, fromBinary(message, bytes), reference)).toBe(true);
    });
  });

  it('[FR3] is read from what the reference wrote', () => {
    check(messageOf(message), (ours) => {
      const bytes = toBinary(message, create(message, toReference(message, ours)));
      const decoded = decodeMessage(read, bytes);
      expect(decoded).toMatchObject(ours);
      expect(encodeMessage(write, decoded)).toEqual(bytes);
    });
  });

  it('[FR4] keeps unknown fields, as the reference does', () => {
    check(fc.tuple(messageOf(message), unknownFields), ([ours, unknown]) => {
      const bytes = encodeMessage(write, { ...ours, unknown });
      const decoded = decodeMessage(read, bytes);
      expect(decoded['unknown']).toEqual(unknown.length === 0 ? undefined : unknown);
      expect(encodeMessage(write, decoded)).toEqual(bytes);
      expect(toBinary(message, fromBinary(message, bytes))).toEqual(bytes);
    });
  });
});

/** A message as our writers take it, with fields left out or at their defaults as often as not. */
function messageOf(message: DescMessage): fc.Arbitrary<Fields> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const member of message.members) {
    if (member.kind === 'oneof') {
      const cases = member.fields.map((field) =>
        fc.record({ case: fc.constant(field.localName), value: elementOf(field) }),
      );
      members[member.localName] = fc.oneof(...cases);
    } else {
      const element = elementOf(member);
      members[member.localName] =
        member.fieldKind === 'list' ? fc.array(element, { maxLength: LIST_MAX }) : element;
    }
  }
  return fc.record(members, { requiredKeys: [] });
}

function elementOf(field: DescField): fc.Arbitrary<unknown> {
  if (field.message) return messageOf(field.message);
  // Enumerations are signed in the reference.
  if (field.enum) return fc.nat();
  switch (field.scalar) {
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.STRING:
      return anyText({ maxLength: 30 });
    case ScalarType.BYTES:
      return fc.uint8Array();
    case ScalarType.UINT64:
      return fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat());
    default:
      return fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 0, max: 0xffffffff }));
  }
}

/** Some fields with numbers that the schema does not use, of every wire type. */
const unknownFields: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      fc.maxSafeNat().map((value) => (w: Writer) => {
        w.uint(1000 * 8);
        w.uint(value);
      }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => (w: Writer) => {
        w.uint(1001 * 8 + 1);
        w.raw(value);
      }),
      fc.uint8Array().map((value) => (w: Writer) => {
        w.uint(536_870_911 * 8 + 2);
        w.bytes(value);
      }),
      fc.nat().map((value) => (w: Writer) => {
        w.uint(1003 * 8 + 5);
        w.fixed32(value);
      }),
    ),
    { maxLength: 4 },
  )
  .map((writes) => encodeMessage((w: Writer) => writes.forEach((write) => write(w)), undefined));

/** The reference has 64-bit numbers as bigint; all else is the same. */
function toReference(message: DescMessage, ours: Fields): Fields {
  const theirs: Fields = {};
  for (const member of message.members) {
    const value = ours[member.localName];
    if (value === undefined) continue;
    if (member.kind === 'oneof') {
      const of = value as { case: string; value: unknown };
      const field = member.fields.find(({ localName }) => localName === of.case);
      theirs[member.localName] = field && { case: of.case, value: elementToReference(field, of.value) };
    } else {
      theirs[member.localName] =
        member.fieldKind === 'list'
          ? (value as unknown[]).map((item) => elementToReference(member, item))
          : elementToReference(member, value);
    }
  }
  return theirs;
}

function elementToReference(field: DescField, value: unknown): unknown {
  if (field.message) return toReference(field.message, value as Fields);
  return field.scalar === ScalarType.UINT64 ? BigInt(value as number) : value;
}

function check<Case>(cases: fc.Arbitrary<Case>, property: (value: Case) => void): void {
  fc.assert(fc.property(cases, property), { numRuns: RUNS });
}
