import { Writer } from '#writer';
import type {
  Content,
  ContentInit,
  DownFrame,
  MemberChange,
  Reaction,
  ReactionInit,
  SettingsChange,
  UpFrameInit,
} from '../generated/skein.gen.ts';
import { readShortPush, SHORT_PUSH_FRAME } from '../push.ts';
import { Reader } from '../wire/reader.ts';
import { type CompactField, compactMessage } from './compact-schema.ts';

/**
 * The same encoding as the generated functions give, driven by the schema as a text: a third of the size, for programs that
 * people download. A server, which lives by its speed, uses the generated ones. Equality is proven by a test (rule CM1).
 */
type Fields = Record<string, unknown>;
type Of = { readonly case: string; readonly value: unknown } | undefined;

/** The bodies of entries, which are encoded by themselves. */
export interface Bodies {
  readonly Content: Content;
  readonly Reaction: Reaction;
  readonly MemberChange: MemberChange;
  readonly SettingsChange: SettingsChange;
}

export interface BodyInits {
  readonly Content: ContentInit;
  readonly Reaction: ReactionInit;
}

const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
const NO_BYTES = new Uint8Array(0);

const writer = new Writer();

/** As `encodeUp`. */
export function encodeUpCompact(frame: UpFrameInit): Uint8Array {
  for (const { number, name, type } of compactMessage('Up').values()) {
    if (name !== frame.case) continue;
    writer.clear();
    const mark = writer.begin();
    writer.byte(number);
    write(writer, type, frame.value as Fields);
    writer.end(mark);
    return writer.take();
  }
  return NO_BYTES;
}

/** As `decodeDown`. Errors: throws ProtocolError, nothing else. */
export function decodeDownCompact(bytes: Uint8Array, from: number, to: number): DownFrame | undefined {
  const reader = new Reader(bytes, from, to);
  const number = reader.uint();
  if (number === SHORT_PUSH_FRAME) return { case: 'push', value: readShortPush(reader) };
  const frame = compactMessage('Down').get(number);
  if (frame === undefined) return undefined;
  return { case: frame.name, value: read(reader, frame.type, to) } as unknown as DownFrame;
}

export function encodeBody<Name extends keyof BodyInits>(name: Name, body: BodyInits[Name]): Uint8Array {
  writer.clear();
  write(writer, name, body as unknown as Fields);
  return writer.finish();
}

/** Errors: throws ProtocolError, nothing else. */
export function decodeBody<Name extends keyof Bodies>(name: Name, bytes: Uint8Array): Bodies[Name] {
  return read(new Reader(bytes), name, bytes.length) as unknown as Bodies[Name];
}

// ── writing ──

function write(w: Writer, message: string, value: Fields): void {
  for (const field of compactMessage(message).values()) {
    if (field.oneof !== '') {
      const of = value[field.oneof] as Of;
      if (of?.case === field.name) writeElement(w, field, of.value);
    } else if (field.isList) writeList(w, field, (value[field.name] ?? []) as readonly unknown[]);
    else if (isPresent(field, value[field.name])) writeElement(w, field, value[field.name]);
  }
  if (value['unknown'] !== undefined) w.raw(value['unknown'] as Uint8Array);
}

/** What has its default is left out, unless the field tells "absent" from "zero". */
function isPresent({ isOptional, type }: CompactField, value: unknown): boolean {
  if (value === undefined || isOptional) return value !== undefined;
  return type === 'y' ? (value as Uint8Array).length > 0 : value !== zeroOf(type);
}

function writeList(w: Writer, field: CompactField, list: readonly unknown[]): void {
  if (!isPacked(field)) {
    for (const value of list) writeElement(w, field, value);
  } else if (list.length > 0) {
    w.uint(field.number * 8 + LENGTH_DELIMITED);
    const mark = w.begin();
    for (const value of list) writeValue(w, field.type, value);
    w.end(mark);
  }
}

function writeElement(w: Writer, field: CompactField, value: unknown): void {
  w.uint(field.number * 8 + wireOf(field.type));
  writeValue(w, field.type, value);
}

function writeValue(w: Writer, type: string, value: unknown): void {
  switch (type) {
    case 'u':
    case 'i':
      return w.uint(value as number);
    case 'b':
      return w.bool(value as boolean);
    case 'f':
      return w.fixed32(value as number);
    case 's':
      return w.string(value as string);
    case 'y':
      return w.bytes(value as Uint8Array);
    default: {
      const mark = w.begin();
      write(w, type, value as Fields);
      w.end(mark);
    }
  }
}

// ── reading ──

function read(r: Reader, message: string, end: number): Fields {
  const fields = compactMessage(message);
  const value: Fields = {};
  for (const field of fields.values()) {
    if (field.oneof !== '') value[field.oneof] = undefined;
    else value[field.name] = field.isList ? [] : field.isOptional ? undefined : zeroOf(field.type);
  }
  let unknown: number[] | undefined;
  while (r.at < end) {
    const tagAt = r.at;
    const tag = r.uint();
    const field = fields.get(Math.floor(tag / 8));
    const wire = tag % 8;
    if (field !== undefined && wire === wireOf(field.type)) keep(value, field, readValue(r, field.type));
    else if (field !== undefined && wire === LENGTH_DELIMITED && isPacked(field)) readPacked(r, field, value);
    else unknown = r.unknown(tag, tagAt, unknown);
  }
  value['unknown'] = r.joined(unknown);
  return value;
}

function readPacked(r: Reader, field: CompactField, into: Fields): void {
  const end = r.enter();
  while (r.at < end) keep(into, field, readValue(r, field.type));
  r.leave(end);
}

function keep(into: Fields, { name, oneof, isList }: CompactField, value: unknown): void {
  if (oneof !== '') into[oneof] = { case: name, value };
  else if (isList) (into[name] as unknown[]).push(value);
  else into[name] = value;
}

function readValue(r: Reader, type: string): unknown {
  switch (type) {
    case 'u':
      return r.uint();
    case 'i':
      return r.uint32();
    case 'b':
      return r.bool();
    case 'f':
      return r.fixed32();
    case 's':
      return r.string();
    case 'y':
      return r.copy();
    default: {
      const end = r.enter();
      const value = read(r, type, end);
      r.leave(end);
      return value;
    }
  }
}

// ── both ──

function zeroOf(type: string): unknown {
  if (type === 's') return '';
  if (type === 'y') return NO_BYTES;
  return type === 'b' ? false : 0;
}

function wireOf(type: string): number {
  if (type === 'f') return FIXED32;
  return type === 'u' || type === 'i' || type === 'b' ? 0 : LENGTH_DELIMITED;
}

function isPacked({ isList, type }: CompactField): boolean {
  return isList && wireOf(type) !== LENGTH_DELIMITED;
}
