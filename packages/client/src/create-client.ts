import type { Client } from './api/client.ts';
import type { ClientOptions, Platform } from './api/client-options.ts';
import { MemoryCacheProvider } from './engine/cache/memory-cache.ts';
import { heartbeatPolicy } from './engine/connection/heartbeat-profile.ts';
import { reconnectPolicy } from './engine/connection/reconnect-policy.ts';
import type { CacheProvider } from './engine/ports/cache-store.ts';
import { SILENT } from './engine/ports/log-sink.ts';
import { ClientFacade } from './facade/client-facade.ts';
import { IndexedDbCacheProvider } from './platform/indexeddb-cache.ts';
import { noHints, pageHints } from './platform/network-hints.ts';
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
    log: options.log ?? SILENT,
    auth: options.auth,
    reconnect: reconnectPolicy(options.reconnect ?? 'jitter'),
    heartbeat: heartbeatPolicy(options.heartbeat),
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

function storageFor(url: string): CacheProvider {
  const scope = URL.canParse(url) ? new URL(url).host : url;
  return typeof indexedDB === 'undefined'
    ? new MemoryCacheProvider()
    : new IndexedDbCacheProvider(scope, systemRandom);
}

function cacheOf({ cache = 'auto' }: ClientOptions, platform: Platform): CacheProvider {
  if (cache === 'memory') return new MemoryCacheProvider();
  return cache === 'auto' ? platform.cache : cache;
}
