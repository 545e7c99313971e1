import type { FileHandle } from 'node:fs/promises';
import type { CacheBatch, EntryRow } from '../engine/ports/cache-store.ts';
import { entryBytes, recordOfEntries } from './batch-record.ts';
import { decodeEntry, ENTRY_HEAD_BYTES, type EntryPlace, placesIn } from './entry-bytes.ts';
import { EntryIndex } from './entry-index.ts';

/** Entries that are less than this apart in the file are read at once: a page of a conversation mostly is. */
const READ_AHEAD_BYTES = 4_096;
/** Entries of a compacted journal that share a record. */
const ENTRIES_PER_RECORD = 500;

/** Which entries a journal has and where: they themselves are read when somebody wants to see them. */
export class StoredEntries {
  readonly #byConversation = new Map<number, EntryIndex>();

  /** What a record that lies at `offset` says about entries. */
  take(record: Uint8Array, entriesAt: number, offset: number): void {
    for (const place of placesIn(record, entriesAt, offset)) this.#indexOf(place.conversation).put(place);
  }

  redact(redactions: CacheBatch['redactions']): void {
    for (const { conversation, seq } of redactions) this.#byConversation.get(conversation)?.redact(seq);
  }

  index(conversation: number): EntryIndex | undefined {
    return this.#byConversation.get(conversation);
  }

  clear(): void {
    this.#byConversation.clear();
  }

  /** Everything as records of a new journal, in order, some at a time. */
  async *records(file: FileHandle): AsyncGenerator<Uint8Array> {
    for (const index of this.#byConversation.values()) {
      for (let from = 0; from < index.count; from += ENTRIES_PER_RECORD) {
        const places = index.slice(from, ENTRIES_PER_RECORD);
        yield recordOfEntries(await eachIn(file, places, entryBytes));
      }
    }
  }

  #indexOf(conversation: number): EntryIndex {
    const index = this.#byConversation.get(conversation) ?? new EntryIndex(conversation);
    this.#byConversation.set(conversation, index);
    return index;
  }
}

/** The entries at these places, in this order. */
export function readEntriesAt(file: FileHandle, places: readonly EntryPlace[]): Promise<readonly EntryRow[]> {
  return eachIn(file, places, decodeEntry);
}

/** Reads neighbours at once, and makes something of each place's bytes. */
async function eachIn<T>(
  file: FileHandle,
  places: readonly EntryPlace[],
  make: (bytes: Uint8Array, at: number, bodyBytes: number) => T,
): Promise<T[]> {
  const made = new Map<EntryPlace, T>();
  const inFile = [...places].sort((a, b) => a.offset - b.offset);
  for (let from = 0, to = 0; from < inFile.length; from = to) {
    const start = inFile[from]?.offset ?? 0;
    let end = start;
    for (to = from; to < inFile.length; to++) {
      const place = inFile[to];
      if (place === undefined || place.offset > end + READ_AHEAD_BYTES) break;
      end = place.offset + ENTRY_HEAD_BYTES + place.bodyBytes;
    }
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead < bytes.length) throw new Error('the journal is shorter than what was written into it');
    for (const place of inFile.slice(from, to))
      made.set(place, make(bytes, place.offset - start, place.bodyBytes));
  }
  return places.flatMap((place) => {
    const one = made.get(place);
    return one === undefined ? [] : [one];
  });
}
