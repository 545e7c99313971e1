import type { OpenedData } from '../opened-data.ts';

/** Makes the body of a test of what runs with new data of its own. */
export type StoreTest = (run: (data: OpenedData) => Promise<void>) => () => Promise<void>;
