import { describeDirectory, type OpenedData } from '../contracts/index.ts';
import { FakeDirectory } from './fake-directory.ts';
import { FakeStore } from './fake-store.ts';

// A fake that behaves otherwise than the real ones would make the core's tests prove nothing.
describeDirectory('fake', async () => open(new FakeStore()));

function open(store: FakeStore, directory = new FakeDirectory(store.users)): OpenedData {
  return {
    store,
    directory,
    reopen: async () => open(store, directory),
    dispose: async () => undefined,
  };
}
