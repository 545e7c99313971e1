import { ENTRY_KIND, type Entry, type EntryKindNumber, type Seq } from '@skein/model';

// FNV-1a, 32 bits (Noll): offset basis and prime. It tells a retry from a mistake, not from an attack: both are the
// sender's own.
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** The hash of a send whose content is no longer known: equal to any. */
export const HASH_UNKNOWN = 0;

/** Tells whether two sends under one counter are the same send (rule SD2). Never `HASH_UNKNOWN`. */
export function hashOfSend(kind: EntryKindNumber, target: Seq, body: Uint8Array): number {
  let hash = OFFSET_BASIS;
  hash = Math.imul(hash ^ kind, PRIME);
  hash = Math.imul(hash ^ (target | 0), PRIME);
  for (let index = 0; index < body.length; index++) hash = Math.imul(hash ^ (body[index] as number), PRIME);
  return hash >>> 0 || 1;
}

/** The same, of an entry read back. What was recalled since has lost the body that was hashed. */
export function hashOfEntry(entry: Entry): number {
  if (entry.body.length === 0 && entry.kind !== ENTRY_KIND.recall) return HASH_UNKNOWN;
  return hashOfSend(entry.kind, entry.target, entry.body);
}
