import { describe } from 'vitest';
import { type OpenedData, withData } from './opened-data.ts';
import { describeCheckpoints } from './store/checkpoint.contract.ts';
import { describeCommits } from './store/commit.contract.ts';
import { describeLife } from './store/life.contract.ts';
import { describeReading } from './store/reading.contract.ts';
import { describeRedaction } from './store/redaction.contract.ts';
import { describeSentKeys } from './store/sent-keys.contract.ts';
import type { StoreTest } from './store/store-test.ts';

/** Every store runs this suite; a store adds tests of its own only for what is its own. */
export function describeStore(name: string, open: () => Promise<OpenedData>): void {
  const test: StoreTest = (run) => () => withData(open, run);

  describe(`Store contract: ${name}`, () => {
    describeCommits(test);
    describeReading(test);
    describeCheckpoints(test);
    describeRedaction(test);
    describeSentKeys(test);
    describeLife(test);
  });
}
