import type { Directory, RecordStore, Store } from '@skein/core';

/** New, empty data under test, which can be closed and opened again. */
export interface OpenedData {
  readonly store: Store;
  readonly directory: Directory;
  readonly records: RecordStore;
  /** Closes the store and opens the same data once more, as a restart does. */
  reopen(): Promise<OpenedData>;
  /** Closes and removes what the test left behind. */
  dispose(): Promise<void>;
}

/** Opens data for one test and puts it away afterwards, whatever happened in between. */
export async function withData(
  open: () => Promise<OpenedData>,
  test: (data: OpenedData) => Promise<void>,
): Promise<void> {
  const data = await open();
  try {
    await test(data);
  } finally {
    await data.dispose();
  }
}
