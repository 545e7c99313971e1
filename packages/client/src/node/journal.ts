import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Each record: its length, the checksum of its bytes, the bytes. */
export const HEADER_BYTES = 8;

/** What was read, and up to where it is whole: what is behind that was being written when the program died. */
export interface JournalContents {
  readonly records: readonly Uint8Array[];
  readonly soundBytes: number;
}

/** A file's content, one part after the other. */
export type FileParts = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Cuts a file into its records; stops at the first that is torn. */
export function parseJournal(file: Uint8Array): JournalContents {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= file.length) {
    const length = view.getUint32(at);
    const record = file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
    if (record.length < length || crc32(record) !== view.getUint32(at + 4)) break;
    records.push(record);
    at += HEADER_BYTES + length;
  }
  return { records, soundBytes: at };
}

export function toRecord(bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + bytes.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, crc32(bytes));
  record.set(bytes, HEADER_BYTES);
  return record;
}

/** Writes all of it at a place of its own, and only then puts it in the place of the old one. */
export async function replaceFile(path: string, parts: FileParts): Promise<void> {
  const next = `${path}.next`;
  await writeDurably(next, parts);
  await rename(next, path);
  await syncFolder(dirname(path));
}

async function writeDurably(path: string, parts: FileParts): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | null = null;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // Not every system can sync a folder; those that can't need not.
  } finally {
    await folder?.close();
  }
}
