import {
  describeDirectory,
  describeRecordStore,
  describeStore,
  type OpenedData,
} from '@skein/testkit/contracts';
import { MemoryData } from './memory-data.ts';
import { MemoryDirectory } from './memory-directory.ts';
import { MemoryRecordStore } from './memory-record-store.ts';
import { MemoryStore } from './memory-store.ts';

describeStore('memory', async () => open(new MemoryData()));
describeDirectory('memory', async () => open(new MemoryData()));
describeRecordStore('memory', async () => open(new MemoryData()));

function open(data: MemoryData): OpenedData {
  const store = new MemoryStore(data);
  return {
    store,
    directory: new MemoryDirectory(data),
    records: new MemoryRecordStore(data),
    reopen: async () => {
      await store.close();
      return open(data);
    },
    dispose: () => store.close(),
  };
}
