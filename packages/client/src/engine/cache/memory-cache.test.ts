import { describeCacheStore } from './cache-store.contract.ts';
import { MemoryCacheProvider } from './memory-cache.ts';

describeCacheStore('memory', () => Promise.resolve(new MemoryCacheProvider()));
