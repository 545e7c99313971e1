import { join } from 'node:path';
import { Child } from './child.ts';

const PEERS = join(import.meta.dirname, '..', 'peers');

/** Starts something to compare with, from `peers/`. */
export function startPeer(
  name: 'aedes-broker' | 'mqtt-floor' | 'tcp-relay' | 'fan-out-loop' | 'socket-io-relay',
): Promise<Child> {
  return Child.start({ role: 'server', args: [join(PEERS, `${name}.ts`)], ready: /^peer ready port=(\d+)$/ });
}
