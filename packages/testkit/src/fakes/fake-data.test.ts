import { describeDirectory, describeRecordStore, type OpenedData } from '../contracts/index.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeRecordStore } from './fake-record-store.ts';
import { FakeStore } from './fake-store.ts';

// A fake that behaves otherwise than the real ones would make the core's tests prove nothing.
describeDirectory('fake', async () => open(new FakeStore()));
describeRecordStore('fake', async () => open(new FakeStore()));

function open(
  store: FakeStore,
  directory = new FakeDirectory(store.users),
  records = new FakeRecordStore(),
): OpenedData {
  return {
    store,
    directory,
    records,
    reopen: async () => open(store, directory, records),
    dispose: async () => undefined,
  };
}
