import type { MemoryTables } from '../engine/cache/memory-cache.ts';
import type { CacheBatch } from '../engine/ports/cache-store.ts';
import { ENTRY_HEAD_BYTES, encodeEntry } from './entry-bytes.ts';

const BYTES = '$bytes';
const HEAD_BYTES = 4;
/** What the first version of this file began a record with: a batch as one JSON object, entries and all. */
const OLD_RECORD = 0x7b;

/** A batch whose entries stay where they are: `entriesAt` says from which byte of the record on. */
export interface ReadBatch {
  readonly batch: CacheBatch;
  readonly entriesAt: number;
}

/**
 * A batch as bytes: how long the JSON is, the JSON of everything but the entries, and the entries one after the other, so that
 * each can be found and read without the rest.
 */
export function encodeBatch({ entries, ...batch }: CacheBatch): Uint8Array {
  const json = Buffer.from(
    JSON.stringify({ ...batch, values: [...batch.values] }, (_key, value: unknown) =>
      value instanceof Uint8Array ? { [BYTES]: Buffer.from(value).toString('base64') } : value,
    ),
  );
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(json.length);
  return Buffer.concat([head, json, ...entries.map(encodeEntry)]);
}

export function decodeBatch(record: Uint8Array): ReadBatch {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const entriesAt = HEAD_BYTES + bytes.readUInt32BE(0);
  return { batch: { ...parse(bytes.subarray(HEAD_BYTES, entriesAt)), entries: [] }, entriesAt };
}

/**
 * COMPAT(2026-11, remove-when no device can have a journal of that time): a record of the first version as one of this.
 * A length that begins with 0x7b would be two gigabytes of JSON.
 */
export function upgraded(record: Uint8Array): Uint8Array {
  return isOld(record) ? encodeBatch(parse(Buffer.from(record))) : record;
}

export function isOld(record: Uint8Array): boolean {
  return record[0] === OLD_RECORD;
}

/** Everything in the tables as one batch: what a compacted journal begins with. Entries follow in batches of their own. */
export function batchOf(tables: MemoryTables): CacheBatch {
  return { ...EMPTY, ...tables.snapshot(), clear: true };
}

/** Batches of nothing but entries, which are bytes already. */
export function recordOfEntries(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([encodeBatch(EMPTY), ...entries]);
}

/** The bytes of an entry as they were written; without its words when those were erased. */
export function entryBytes(span: Uint8Array, at: number, bodyBytes: number): Uint8Array {
  const bytes = span.slice(at, at + ENTRY_HEAD_BYTES + bodyBytes);
  new DataView(bytes.buffer).setUint32(0, bodyBytes);
  return bytes;
}

const EMPTY: CacheBatch = {
  clear: false,
  values: new Map(),
  users: [],
  conversations: [],
  entries: [],
  redactions: [],
  outbox: [],
  outboxRemovals: [],
  counters: [],
};

function parse(json: Buffer): CacheBatch {
  const batch = JSON.parse(json.toString('utf8'), (_key, value: unknown) =>
    isBytes(value) ? new Uint8Array(Buffer.from(value[BYTES], 'base64')) : value,
  ) as Omit<CacheBatch, 'values'> & { readonly values: readonly [string, string | null][] };
  return { ...batch, values: new Map(batch.values) };
}

function isBytes(value: unknown): value is { readonly [BYTES]: string } {
  return typeof value === 'object' && value !== null && BYTES in value;
}
