import type { EntryRow } from '../engine/ports/cache-store.ts';

/** The numbers of an entry in the order in which they are written, eight bytes each. */
const NUMBERS = [
  'conversation',
  'seq',
  'ordinal',
  'kind',
  'sender',
  'timeMs',
  'target',
  'device',
  'counter',
] as const satisfies readonly Exclude<keyof EntryRow, 'body'>[];

const LENGTH_BYTES = 4;
/** Before the body: how long it is, and the numbers. */
export const ENTRY_HEAD_BYTES = LENGTH_BYTES + NUMBERS.length * 8;

/** Where an entry stands in a file, and as much of it as finding it takes. */
export interface EntryPlace {
  readonly conversation: number;
  readonly seq: number;
  readonly kind: number;
  readonly target: number;
  readonly offset: number;
  readonly bodyBytes: number;
}

export function encodeEntry(row: EntryRow): Uint8Array {
  const bytes = new Uint8Array(ENTRY_HEAD_BYTES + row.body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, row.body.length);
  NUMBERS.forEach((name, index) => view.setFloat64(LENGTH_BYTES + index * 8, row[name]));
  bytes.set(row.body, ENTRY_HEAD_BYTES);
  return bytes;
}

/** The entry that begins at `at`, with so much of its body. */
export function decodeEntry(bytes: Uint8Array, at: number, bodyBytes: number): EntryRow {
  const view = viewOf(bytes);
  const numbers = NUMBERS.map((name, index) => [name, view.getFloat64(at + LENGTH_BYTES + index * 8)]);
  const body = bytes.slice(at + ENTRY_HEAD_BYTES, at + ENTRY_HEAD_BYTES + bodyBytes);
  return { ...Object.fromEntries(numbers), body } as EntryRow;
}

/** Finds the entries that lie one after the other from `from` on. `base`: where the file has the first of these bytes. */
export function* placesIn(bytes: Uint8Array, from: number, base: number): Generator<EntryPlace> {
  const view = viewOf(bytes);
  const number = (at: number, name: (typeof NUMBERS)[number]): number =>
    view.getFloat64(at + LENGTH_BYTES + NUMBERS.indexOf(name) * 8);
  for (let at = from; at < bytes.length; ) {
    const bodyBytes = view.getUint32(at);
    yield {
      conversation: number(at, 'conversation'),
      seq: number(at, 'seq'),
      kind: number(at, 'kind'),
      target: number(at, 'target'),
      offset: base + at,
      bodyBytes,
    };
    at += ENTRY_HEAD_BYTES + bodyBytes;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
