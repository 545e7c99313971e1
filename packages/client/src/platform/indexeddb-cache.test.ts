import 'fake-indexeddb/auto';
import { SeededRandom } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { describeCacheStore } from '../engine/cache/cache-store.contract.ts';
import { IndexedDbCacheProvider } from './indexeddb-cache.ts';

let devices = 0;

/** The small storages of a tab and a browser; Node has neither. */
class FakeStorage {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

function freshDevice(): IndexedDbCacheProvider {
  devices++;
  for (const name of ['sessionStorage', 'localStorage']) {
    Object.defineProperty(globalThis, name, { value: new FakeStorage(), configurable: true });
  }
  return new IndexedDbCacheProvider(`device-${devices}`, new SeededRandom(devices));
}

describeCacheStore('IndexedDB', () => Promise.resolve(freshDevice()));

describe('the browser’s small storage', () => {
  it('[CS8] lets each tab be somebody, and a new tab whoever was last', async () => {
    const tab = freshDevice();
    await tab.rememberUser('alice');
    globalThis.localStorage.setItem(`skein:device-${devices}:user`, 'bob');
    expect(await tab.lastUser()).toBe('alice');
    Object.defineProperty(globalThis, 'sessionStorage', { value: new FakeStorage(), configurable: true });
    expect(await tab.lastUser()).toBe('bob');
  });

  it('[CS8] is nobody where storage is not allowed', async () => {
    const tab = freshDevice();
    for (const name of ['sessionStorage', 'localStorage']) {
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    }
    await tab.rememberUser('alice');
    expect(await tab.lastUser()).toBeNull();
  });
});
