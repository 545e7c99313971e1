import type { CacheProvider } from '../ports/cache-store.ts';

/**
 * Memory as a store, for those who need it: its code is loaded then, because a browser that has storage never does. A program
 * that remembers nothing else does not remember who used it either.
 */
export function lazyMemoryCache(): CacheProvider {
  let provider: Promise<CacheProvider> | null = null;
  return {
    async open(user) {
      provider ??= import('./memory-cache.ts').then(({ MemoryCacheProvider }) => new MemoryCacheProvider());
      return (await provider).open(user);
    },
    lastUser: async () => null,
    rememberUser: async () => {},
  };
}
