import type { LineOptions, LineSet, OpenLines } from './line.ts';
import { openNativeLines } from './native-lines.ts';
import { Pump, type RunReport } from './pump.ts';
import { openRelayLines } from './relay-lines.ts';
import { openSocketIoLines } from './socket-io-lines.ts';

export type Peer = 'relay' | 'socket.io' | 'skein';

const OPEN: Readonly<Record<Peer, OpenLines>> = {
  relay: openRelayLines,
  'socket.io': openSocketIoLines,
  skein: openNativeLines,
};

const pump = new Pump();
let set: LineSet | null = null;

export async function openDirectLines({ peer, ...options }: LineOptions & { peer: Peer }): Promise<void> {
  set = await OPEN[peer](options, pump);
  pump.attach(set);
}

export function runClosedLoop(options: { ms: number; inFlight: number }): Promise<RunReport> {
  return pump.runClosed(options);
}

export function runOpenLoop(options: { ms: number; perSecond: number }): Promise<RunReport> {
  return pump.runOpen(options);
}

export function closeDirectLines(_: Record<string, never>): void {
  set?.close();
}
