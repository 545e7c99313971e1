import { conversationId, deviceNumber, type Entry, position, seq, userNumber } from '@skein/model';
import { Packer, Unpacker } from './packer.ts';

/** An entry as its table has it: the columns in order. */
export type EntryColumns = readonly [
  position: number,
  conversation: number,
  seq: number,
  ordinal: number,
  kind: number,
  sender: number,
  device: number,
  counter: number,
  timeMs: number,
  target: number,
  body: Uint8Array,
];

/** The last column. */
export const BODY_COLUMN = 10;
// One for all pages: it has grown to the size they need.
const packer = new Packer();

/** Writes the columns of an entry, one after the other. */
export function writeEntry(p: Packer, entry: Entry): void {
  p.number(entry.position);
  p.number(entry.conversation);
  p.number(entry.seq);
  p.number(entry.ordinal);
  p.number(entry.kind);
  p.number(entry.sender);
  p.number(entry.device);
  p.number(entry.counter);
  p.number(entry.timeMs);
  p.number(entry.target);
  p.bytes(entry.body);
}

/** Packs rows as they come from the table, so that one buffer crosses to the other thread. */
export function packRows(rows: readonly EntryColumns[]): ArrayBuffer {
  for (const row of rows) {
    for (let column = 0; column < BODY_COLUMN; column++) packer.number(row[column] as number);
    packer.bytes(row[BODY_COLUMN]);
  }
  return packer.finish();
}

/** What {@link packRows} packed. Every body has bytes of its own, so that keeping one does not keep the page. */
export function unpackEntries(buffer: ArrayBuffer): Entry[] {
  const r = new Unpacker(buffer);
  const entries: Entry[] = [];
  while (!r.isAtEnd) entries.push(readEntry(r));
  return entries;
}

// The order of evaluation is the order in which the columns were written.
function readEntry(r: Unpacker): Entry {
  const at = position(r.number());
  return {
    position: at,
    conversation: conversationId(r.number()),
    seq: seq(r.number()),
    ordinal: r.number(),
    kind: r.number(),
    sender: userNumber(r.number()),
    device: deviceNumber(r.number()),
    counter: r.number(),
    timeMs: r.number(),
    target: seq(r.number()),
    body: r.ownBytes(),
  };
}
