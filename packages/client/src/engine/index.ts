export type * from './ports/cache-store.ts';
export { CacheTakenError } from './ports/cache-store.ts';
export type { LogLevel, LogSink } from './ports/log-sink.ts';
export type { NetworkHint, NetworkHints } from './ports/network-hints.ts';
export type { Link, LinkEvents, Transport } from './ports/transport.ts';
