import type { MemoryTables } from '../engine/cache/memory-cache.ts';
import type { CacheBatch } from '../engine/ports/cache-store.ts';

const BYTES = '$bytes';

/** A batch as one line of text; bytes as base64. */
export function encodeBatch(batch: CacheBatch): Uint8Array {
  const text = JSON.stringify({ ...batch, values: [...batch.values] }, (_key, value: unknown) =>
    value instanceof Uint8Array ? { [BYTES]: Buffer.from(value).toString('base64') } : value,
  );
  return Buffer.from(text);
}

export function decodeBatch(record: Uint8Array): CacheBatch {
  const batch = JSON.parse(Buffer.from(record).toString('utf8'), (_key, value: unknown) =>
    isBytes(value) ? new Uint8Array(Buffer.from(value[BYTES], 'base64')) : value,
  ) as Omit<CacheBatch, 'values'> & { readonly values: readonly [string, string | null][] };
  return { ...batch, values: new Map(batch.values) };
}

/** Everything in the tables as one batch: what a compacted journal begins with. */
export function batchOf(tables: MemoryTables): CacheBatch {
  const { values, users, conversations, outbox, counters } = tables.snapshot();
  const entries = [...tables.entries.values()].flatMap((bySeq) => [...bySeq.values()]);
  return {
    clear: true,
    values,
    users,
    conversations,
    entries,
    redactions: [],
    outbox,
    outboxRemovals: [],
    counters,
  };
}

function isBytes(value: unknown): value is { readonly [BYTES]: string } {
  return typeof value === 'object' && value !== null && BYTES in value;
}
