export type { Config, ConfigOverrides } from './config/config.ts';
export { configWith } from './config/config.ts';
export { ConfigError } from './config/config-error.ts';
export { ArgonHasher } from './platform/argon-hasher.ts';
export { nodeDigests } from './platform/node-digests.ts';
export { systemClock } from './platform/system-clock.ts';
export { systemRandom } from './platform/system-random.ts';
export type { RunningServer, StartOptions } from './start-server.ts';
export { startServer } from './start-server.ts';
