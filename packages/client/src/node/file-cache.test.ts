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
import { afterAll, describe, expect, it } from 'vitest';
import { batch, describeCacheStore } from '../engine/cache/cache-store.contract.ts';
import { CacheTakenError } from '../engine/ports/cache-store.ts';
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

async function lastIn(folder: string): Promise<string | undefined> {
  const store = await new FileCacheProvider(folder).open('alice');
  const { values } = await store.load();
  await store.close();
  return values.get('last');
}
