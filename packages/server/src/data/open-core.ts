import { Core, type Store } from '@skein/core';
import { effectiveRegistration } from '../config/check-config.ts';
import type { Config } from '../config/config.ts';
import { ArgonHasher } from '../platform/argon-hasher.ts';
import { identityVerifierOf } from '../platform/identity-token.ts';
import { nodeDigests } from '../platform/node-digests.ts';
import { nodeScramCrypto } from '../platform/node-scram-crypto.ts';
import { systemClock } from '../platform/system-clock.ts';
import { systemRandom } from '../platform/system-random.ts';
import { openData } from './open-data.ts';

export interface OpenCoreOptions {
  /** Put between the core and its store. */
  readonly wrapStore?: (store: Store) => Store;
  readonly onBug?: (error: unknown) => void;
  /** The store died; only a restart helps. */
  readonly onStoreFailure?: (error: Error) => void;
}

/** The core on the configured data, with the process's clock, randomness and hashing. Closing it is `core.drain()`. */
export async function openCore(config: Config, options: OpenCoreOptions = {}): Promise<Core> {
  const { store, directory, records } = await openData(config, options.onStoreFailure ?? (() => undefined));
  const externalKey = config['accounts.external_key'];
  const ports = {
    store: options.wrapStore?.(store) ?? store,
    directory,
    records,
    hasher: new ArgonHasher({ queuedMax: config.limits.passwordsQueuedMax }),
    digests: nodeDigests,
    scramCrypto: nodeScramCrypto,
    clock: systemClock,
    random: systemRandom,
    ...(externalKey === null
      ? {}
      : { identityVerifier: identityVerifierOf(externalKey, config['server.name']) }),
  };
  try {
    return await Core.open(ports, {
      limits: config.limits,
      serverName: config['server.name'],
      registration: effectiveRegistration(config),
      isHistoryFromJoining: config['conversations.history'] === 'since_joining',
      isDevelopment: config.development,
      topics: {
        prefix: config['topics.prefix'],
        hasOwnTrees: config['testing.echo'],
        hasFreeSpace: config['testing.echo'],
      },
      ...(options.onBug === undefined ? {} : { onBug: options.onBug }),
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}
