import type { Client } from './api/client.ts';
import type { ClientOptions, Platform } from './api/client-options.ts';
import { lazyMemoryCache } from './engine/cache/lazy-memory-cache.ts';
import { DEFAULT_HEARTBEAT } from './engine/connection/heartbeat-policy.ts';
import { lazyRenewal } from './engine/connection/lazy-renewal.ts';
import { jitter } from './engine/connection/reconnect-policy.ts';
import type { CacheProvider } from './engine/ports/cache-store.ts';
import { SILENT } from './engine/ports/log-sink.ts';
import type { Windows } from './engine/ports/windows.ts';
import { ClientFacade } from './facade/client-facade.ts';
import { IndexedDbCacheProvider } from './platform/indexeddb-cache.ts';
import { noHints, pageHints } from './platform/network-hints.ts';
import { pageWindows } from './platform/page-windows.ts';
import { systemClock } from './platform/system-clock.ts';
import { systemRandom } from './platform/system-random.ts';
import { WebSocketTransport } from './platform/websocket-transport.ts';

const VERSION = '0.1.0';

/**
 * Makes a client at once; it cannot fail. What this device remembers shows first, the network catches up.
 *
 * @example
 * const client = createClient({ url: 'http://localhost:6969', auth: { dev: 'alice' } });
 * const chat = client.conversations.direct('bob');
 * chat.messages.subscribe((list) => render(list));
 * await chat.send('你好 [大笑]').sent;
 */
export function createClient(options: ClientOptions): Client {
  const platform: Platform = { ...platformOf(options), ...options.platform };
  return new ClientFacade({
    clock: platform.clock,
    random: platform.random,
    transport: platform.transport,
    hints: platform.hints,
    cache: cacheOf(options, platform),
    spare: lazyMemoryCache(),
    windows: windowsOf(options, platform),
    log: options.log ?? SILENT,
    auth: options.auth,
    renewal: lazyRenewal,
    reconnect: options.reconnect ?? jitter,
    heartbeat: options.heartbeat ?? DEFAULT_HEARTBEAT,
    program: {
      app: options.app?.name ?? 'skein',
      appVersion: options.app?.version ?? VERSION,
      platform: platform.name,
      locale: options.locale ?? 'en',
      deviceKind: options.device?.kind ?? 'web',
      deviceName: options.device?.name ?? '',
    },
  });
}

/** What every host with web standards offers. */
function platformOf({ url }: ClientOptions): Platform {
  const isPage = typeof document !== 'undefined';
  return {
    clock: systemClock,
    random: systemRandom,
    transport: new WebSocketTransport(url),
    cache: storageFor(url),
    hints: isPage ? pageHints : noHints,
    name: isPage ? 'browser' : 'javascript',
  };
}

/** Windows share what the browser's own storage has. */
function windowsOf({ url, cache = 'auto' }: ClientOptions, platform: Platform): Windows | undefined {
  const isShared = cache === 'auto' && platform.cache instanceof IndexedDbCacheProvider;
  if (!isShared) return undefined;
  return pageWindows({
    scope: scopeOf(url),
    ...platform,
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name),
  });
}

function scopeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function storageFor(url: string): CacheProvider {
  return typeof indexedDB === 'undefined'
    ? lazyMemoryCache()
    : new IndexedDbCacheProvider(scopeOf(url), systemRandom);
}

function cacheOf({ cache = 'auto' }: ClientOptions, platform: Platform): CacheProvider {
  if (cache === 'memory') return lazyMemoryCache();
  return cache === 'auto' ? platform.cache : cache;
}
