import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conversationId, deviceNumber, ENTRY_KIND, seq, userNumber } from '@skein/model';
import { afterAll, describe, expect, it } from 'vitest';
import { batch, describeCacheStore } from '../engine/cache/cache-store.contract.ts';
import { MemoryTables } from '../engine/cache/memory-cache.ts';
import { type CacheBatch, CacheTakenError, type EntryRow } from '../engine/ports/cache-store.ts';
import { FileCacheProvider } from './file-cache.ts';
import { parseJournal, toRecord } from './journal.ts';

const folders: string[] = [];

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-client-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describeCacheStore('files', () => Promise.resolve(new FileCacheProvider(freshFolder())));

describe('a store in files', () => {
  it('[CS10] takes what was torn off at the end as never written, wherever it was torn', async () => {
    const folder = freshFolder();
    const journal = join(folder, 'alice', 'journal');
    const store = await new FileCacheProvider(folder).open('alice');
    for (const text of ['one', 'two', 'three'])
      await store.apply(batch({ values: new Map([['last', text]]) }));
    await store.close();
    const whole = readFileSync(journal);
    const third = whole.length - parseJournal(whole).records.at(-1)!.length - 8;
    for (let bytes = third; bytes < whole.length; bytes++) {
      writeFileSync(journal, whole.subarray(0, bytes));
      const torn = await new FileCacheProvider(folder).open('alice');
      expect((await torn.load()).values.get('last')).toBe('two');
      expect(statSync(journal).size).toBe(third);
      await torn.close();
    }
    // What is written after a repair is not lost behind the torn part.
    truncateSync(journal, whole.length - 1);
    writeFileSync(journal, whole.subarray(0, whole.length - 1));
    const mended = await new FileCacheProvider(folder).open('alice');
    await mended.apply(batch({ values: new Map([['last', 'four']]) }));
    await mended.close();
    expect(await lastIn(folder)).toBe('four');
  });

  it('[CS10] does not take rubbish for a record', async () => {
    const folder = freshFolder();
    const store = await new FileCacheProvider(folder).open('alice');
    await store.apply(batch({ values: new Map([['last', 'one']]) }));
    await store.close();
    const record = toRecord(Buffer.from('{}'));
    record[record.length - 1] = 0;
    appendFileSync(join(folder, 'alice', 'journal'), record);
    expect(await lastIn(folder)).toBe('one');
  });

  it('[CS11] stays small, however often the same is written', async () => {
    const folder = freshFolder();
    const store = await new FileCacheProvider(folder).open('alice');
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 60; i++) await store.apply(batch({ values: new Map([['last', `${i} ${text}`]]) }));
    expect(statSync(join(folder, 'alice', 'journal')).size).toBeLessThan(1_300_000);
    await store.close();
    expect(await lastIn(folder)).toBe(`59 ${text}`);
  });

  it('[CS12] reads entries as memory would have them, whatever was written when, also from a file written anew', async () => {
    const folder = freshFolder();
    const provider = new FileCacheProvider(folder);
    const memory = new MemoryTables();
    let store = await provider.open('alice');
    const apply = async (changes: Partial<CacheBatch>): Promise<void> => {
      await store.apply(batch(changes));
      memory.apply(batch(changes));
    };
    const compare = async (): Promise<void> => {
      for (const conversation of [CHAT, OTHER]) {
        for (const range of [all, { from: seq(95), to: seq(230) }, { from: seq(3), to: seq(3) }]) {
          expect(await store.readEntries(conversation, range)).toEqual(
            memory.entriesWithin(conversation, range),
          );
          expect(await store.readAmendments(conversation, range)).toEqual(
            memory.amendmentsWithin(conversation, range),
          );
        }
      }
    };
    // Pages of history, the newest first; some of them twice; then what was recalled.
    for (const from of [201, 101, 1, 101]) {
      await apply({ entries: Array.from({ length: 100 }, (_, index) => entry(from + index)) });
      await apply({ entries: [entry(from, { conversation: OTHER })] });
      await compare();
    }
    await apply({
      entries: [entry(301, { kind: ENTRY_KIND.edit, target: seq(3) }), entry(3, { counter: 9 })],
    });
    await apply({ redactions: [{ conversation: CHAT, seq: seq(3) }] });
    await compare();
    for (let n = 0; n < 30; n++) await apply({ values: new Map([['large', `${n}${'x'.repeat(50_000)}`]]) });
    expect(statSync(join(folder, 'alice', 'journal')).size).toBeLessThan(1_000_000);
    expect(readFileSync(join(folder, 'alice', 'journal')).includes('words of 3.')).toBe(false);
    await compare();
    await apply({ entries: [entry(302)], clear: false });
    await store.close();
    store = await provider.open('alice');
    await compare();
    await apply({ clear: true, entries: [entry(7)] });
    await compare();
    await store.close();
  });

  it('[CS12] takes over a journal of the first version', async () => {
    const folder = freshFolder();
    await (await new FileCacheProvider(folder).open('alice')).close();
    const row = { ...entry(1), body: { $bytes: Buffer.from('old').toString('base64') } };
    const old = JSON.stringify({ ...batch(), values: [['last', 'one']], entries: [row] });
    writeFileSync(join(folder, 'alice', 'journal'), toRecord(Buffer.from(old)));
    for (let life = 0; life < 2; life++) {
      const store = await new FileCacheProvider(folder).open('alice');
      expect((await store.load()).values.get('last')).toBe('one');
      expect(await store.readEntries(CHAT, all)).toEqual([{ ...entry(1), body: bytesOf('old') }]);
      await store.close();
    }
  });

  it('[CS7] is not opened while another process that lives has it, and is when that one is gone', async () => {
    const folder = freshFolder();
    await (await new FileCacheProvider(folder).open('alice')).close();
    const lock = join(folder, 'alice', 'lock');
    writeFileSync(lock, String(process.ppid));
    await expect(new FileCacheProvider(folder).open('alice')).rejects.toBeInstanceOf(CacheTakenError);
    writeFileSync(lock, '999999999');
    const store = await new FileCacheProvider(folder).open('alice');
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid));
    await store.close();
  });
});

const CHAT = conversationId(7);
const OTHER = conversationId(8);
const all = { from: seq(1), to: seq(1_000) };

function entry(at: number, changes: Partial<EntryRow> = {}): EntryRow {
  return {
    conversation: CHAT,
    seq: seq(at),
    ordinal: at,
    kind: ENTRY_KIND.message,
    sender: userNumber(2),
    timeMs: 1_700_000_000_000 + at,
    target: seq(0),
    body: bytesOf(`words of ${at}.`),
    device: deviceNumber(0),
    counter: 0,
    ...changes,
  };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function lastIn(folder: string): Promise<string | undefined> {
  const store = await new FileCacheProvider(folder).open('alice');
  const { values } = await store.load();
  await store.close();
  return values.get('last');
}
