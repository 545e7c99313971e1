import { ENTRY_KIND } from '@skein/model';
import type { EntryRow, PreviewRow } from '../ports/cache-store.ts';

const NO_BYTES = new Uint8Array(0);

/** What a list of conversations shows, after more entries arrived in any order; the same object when nothing changed. */
export function withPreview(preview: PreviewRow | null, arrived: readonly EntryRow[]): PreviewRow | null {
  let next = preview;
  for (const entry of arrived) {
    if (entry.target === 0 && entry.seq > (next?.entry.seq ?? 0)) next = { entry, amendments: [] };
  }
  // Amendments of an entry may have come before it, from another page: so they are looked at after all entries.
  for (const entry of arrived) {
    if (next !== null && entry.target === next.entry.seq) next = amended(next, entry);
  }
  return next;
}

function amended(preview: PreviewRow, amendment: EntryRow): PreviewRow {
  if (preview.amendments.some(({ seq }) => seq === amendment.seq)) return preview;
  const amendments = [...preview.amendments, amendment].toSorted((a, b) => a.seq - b.seq);
  if (amendment.kind !== ENTRY_KIND.recall) return { entry: preview.entry, amendments };
  return {
    entry: erased(preview.entry),
    amendments: amendments.filter(({ kind }) => kind !== ENTRY_KIND.edit),
  };
}

function erased(entry: EntryRow): EntryRow {
  return { ...entry, body: NO_BYTES };
}
