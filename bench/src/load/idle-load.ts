import { forEachOf, OPENING_AT_ONCE } from './line.ts';
import { devHello, NativeClient } from './native-client.ts';
import type { TransportKind } from './transport.ts';

const clients: NativeClient[] = [];

export interface IdleOptions {
  readonly port: number;
  readonly transport: TransportKind;
  /** How many there are afterwards. */
  readonly upTo: number;
}

/** Signs in until there are so many connections, each a user of its own, and leaves them alone. */
export async function openIdle({ port, transport, upTo }: IdleOptions): Promise<void> {
  const from = clients.length;
  const more = await forEachOf(upTo - from, OPENING_AT_ONCE, (index) =>
    NativeClient.connect({ port, transport, hello: devHello(`idle-${from + index}`) }),
  );
  clients.push(...more);
}

/** Cuts all of them: the accounts remain. */
export function closeIdle(_: Record<string, never>): void {
  for (const client of clients.splice(0)) client.destroy();
}

/** Every connection sends its heartbeat once; resolves when all were answered. */
export async function heartbeatAll(_: Record<string, never>): Promise<void> {
  await forEachOf(clients.length, OPENING_AT_ONCE, (index) => (clients[index] as NativeClient).heartbeat());
}

/** How many of them the server closed meanwhile. */
export function countClosed(_: Record<string, never>): number {
  return clients.filter((client) => client.isClosed).length;
}
