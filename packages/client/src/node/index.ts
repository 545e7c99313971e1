import type { Client } from '../api/client.ts';
import type { ClientOptions, Platform } from '../api/client-options.ts';
import { createClient as createAnyClient } from '../create-client.ts';
import { FileCacheProvider } from './file-cache.ts';
import { parseTcpAddress, TcpTransport } from './tcp-transport.ts';

export { FileCacheProvider } from './file-cache.ts';
export { parseTcpAddress, TcpTransport } from './tcp-transport.ts';

export interface NodeClientOptions extends ClientOptions {
  /** Where this device remembers; in memory when left out. */
  readonly folder?: string;
}

/** As in `@skein/client`, with TCP, TLS and a store in files. */
export function createClient({ folder, ...options }: NodeClientOptions): Client {
  const address = parseTcpAddress(options.url);
  const platform: Partial<Platform> = {
    name: 'node',
    ...(address === null ? {} : { transport: new TcpTransport(address) }),
    ...(folder === undefined ? {} : { cache: new FileCacheProvider(folder) }),
    ...options.platform,
  };
  return createAnyClient({ device: { kind: 'terminal' }, ...options, platform });
}
