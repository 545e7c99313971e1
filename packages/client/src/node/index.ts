import type { Client } from '../api/client.ts';
import type { ClientOptions } from '../api/client-options.ts';
import { createClient as createAnyClient } from '../create-client.ts';

export interface NodeClientOptions extends ClientOptions {
  /** Where this device remembers; in memory when left out. */
  readonly folder?: string;
}

/** As in `@skein/client`, with TCP, TLS and a store in files. */
export function createClient(options: NodeClientOptions): Client {
  return createAnyClient(options);
}
