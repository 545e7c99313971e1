import { conversationId, ENTRY_KIND, type Entry, position, type Seq, seq } from '@skein/model';
import { batch, entry } from '@skein/testkit';
import Sqlite, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { packBatch } from './batch-codec.ts';
import { unpackEntries } from './entry-codec.ts';
import { LogReader } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';
import { migrate } from './migrate.ts';

const CONVERSATIONS = 7;
const PER_BATCH = 130;

let db: Database;
let writer: LogWriter;
let heads: Map<number, number>;
let at: number;

beforeEach(() => {
  db = new Sqlite(':memory:');
  migrate(db);
  writer = new LogWriter(db);
  heads = new Map();
  at = 0;
});

describe('[SQ8] the index of entries by conversation and seq', () => {
  it('finds every entry of a range whether its run has come or not', () => {
    for (let count = 1; count <= 12; count++) {
      write(PER_BATCH);
      for (let conversation = 1; conversation <= CONVERSATIONS; conversation++) {
        const head = heads.get(conversation) ?? 0;
        expect(seqsOf(conversation, { countMax: 9_999 })).toEqual(upTo(head));
        expect(seqsOf(conversation, { countMax: 5, isNewest: true })).toEqual(upTo(head).slice(-5));
        expect(seqsOf(conversation, { countMax: 5 })).toEqual(upTo(head).slice(0, 5));
      }
    }
    expect(indexedCount()).toBeGreaterThan(0);
    expect(indexedCount()).toBeLessThan(at);
  });

  it('is filled in runs', () => {
    const counts = Array.from({ length: 12 }, () => {
      write(PER_BATCH);
      return indexedCount();
    });
    expect(new Set(counts).size).toBeLessThan(counts.length / 2);
  });

  it('is continued by the next process', () => {
    write(PER_BATCH);
    write(PER_BATCH);
    writer = new LogWriter(db);
    write(1);
    expect(indexedCount()).toBe(at);
    expect(seqsOf(1, { countMax: 9_999 })).toEqual(upTo(heads.get(1) ?? 0));
  });

  it('finds what a redaction erases, before and after its run', () => {
    write(PER_BATCH);
    write(PER_BATCH);
    const [early, late] = [seq(1), seq(heads.get(1) ?? 0)];
    const redactions = [early, late].map((each) => ({ conversation: conversationId(1), seq: each }));
    writer.applyBatch(packBatch(batch({ position: position(++at), redactions })));
    const erased = read(1, { countMax: 9_999 }).filter(({ body }) => body.length === 0);
    expect(erased.map((each) => each.seq)).toEqual([early, late]);
  });
});

describe('[ST2] a batch that contradicts the log', () => {
  it.each([0, 3, 5])('is noticed after %i more batches', (more) => {
    write(PER_BATCH);
    for (let count = 0; count < more; count++) write(PER_BATCH);
    expect(() => writer.applyBatch(packBatch(batch({ entries: [next(1, seq(1))] })))).toThrow(
      'newer than the head',
    );
  });

  it('is told from one that was rolled back and comes again', () => {
    write(PER_BATCH);
    const again = packBatch(batch({ entries: [next(1)] }));
    db.exec('BEGIN');
    writer.applyBatch(again.slice(0));
    db.exec('ROLLBACK');
    writer.rolledBack();
    writer.applyBatch(again);
    expect(seqsOf(1, { countMax: 9_999 })).toEqual(upTo(heads.get(1) ?? 0));
  });
});

function write(count: number): void {
  const entries = Array.from({ length: count }, (_, index) => next(1 + (index % CONVERSATIONS)));
  writer.applyBatch(packBatch(batch({ entries })));
}

function next(conversation: number, repeated?: Seq): Entry {
  const head = repeated ?? seq((heads.get(conversation) ?? 0) + 1);
  heads.set(conversation, Math.max(head, heads.get(conversation) ?? 0));
  return entry({
    conversation: conversationId(conversation),
    kind: ENTRY_KIND.message,
    seq: head,
    position: position(++at),
  });
}

function read(
  conversation: number,
  { countMax, isNewest = false }: { countMax: number; isNewest?: boolean },
) {
  const range = { conversation: conversationId(conversation), fromSeq: seq(1), toSeq: seq(99_999) };
  return unpackEntries(new LogReader(db).readEntries({ ...range, countMax, isNewest }));
}

function seqsOf(...range: Parameters<typeof read>): number[] {
  return read(...range).map((each) => each.seq);
}

function indexedCount(): number {
  return db.prepare('SELECT count(*) FROM entries_by_seq').pluck().get() as number;
}

function upTo(head: number): number[] {
  return Array.from({ length: head }, (_, index) => index + 1);
}
