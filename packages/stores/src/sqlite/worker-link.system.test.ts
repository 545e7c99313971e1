import { StoreUnavailableError } from '@skein/core';
import { batch, entries } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../../test/in-folder.ts';
import { SqliteData } from './sqlite-data.ts';
import { SqliteStore } from './sqlite-store.ts';

describe('a storage thread that dies', () => {
  it.each(['writer', 'reader'] as const)('[SQ4] rejects pending and later calls: the %s', (victim) =>
    inFolder(async (folder) => {
      const failures: Error[] = [];
      const data = await SqliteData.open(folder, { onFailure: (error) => failures.push(error) });
      const store = new SqliteStore(data);
      const pending = [store.commit(batch({ entries: entries(1, 1, 1, 1) })), store.load()];
      data[victim].kill();
      const outcomes = await Promise.allSettled(pending);
      // The other thread may have answered already; the victim has not.
      const ofVictim = outcomes[victim === 'writer' ? 0 : 1];
      expect(ofVictim).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) });

      await expect(store.commit(batch({ entries: entries(1, 1, 1, 1) }))).rejects.toBeInstanceOf(
        StoreUnavailableError,
      );
      await expect(store.load()).rejects.toBeInstanceOf(StoreUnavailableError);
      expect(failures).toHaveLength(1);
      await store.close();
    }),
  );

  it('[SQ4] is not called a failure when it was asked to end', () =>
    inFolder(async (folder) => {
      const failures: Error[] = [];
      const data = await SqliteData.open(folder, { onFailure: (error) => failures.push(error) });
      await data.close();
      expect(failures).toEqual([]);
    }));
});
