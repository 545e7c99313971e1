import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '@skein/core';
import type { Gateways } from '@skein/gateways';
import { DataFolderLockedError } from '@skein/stores';
import { AdminSocket, adminSocketPath } from './admin/admin-socket.ts';
import { askServer } from './admin/ask-server.ts';
import { executeAdminCommand } from './admin/execute-admin-command.ts';
import type { Config } from './config/config.ts';
import { openCore } from './data/open-core.ts';
import { certificateOf, listenUrl, openPort } from './lifecycle/open-port.ts';
import { Readiness } from './lifecycle/readiness.ts';
import { verifyAccepting } from './lifecycle/verify-accepting.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { measureCommits } from './telemetry/measured-store.ts';
import { Metrics } from './telemetry/metrics.ts';
import { VERSION } from './version.ts';

// Together with `limits.drainMs` less than the 10 s after which an operator loses patience.
const LAST_FRAME_MS_MAX = 1_500;
const LOOK_AGAIN_MS = 10;

export interface StartOptions {
  readonly logger?: Logger;
  /** Whether operators' commands are taken in the data folder; the `skein` command asks for it. */
  readonly hasAdminSocket?: boolean;
  /** Told when nothing but a restart helps: a storage thread died. */
  readonly onFatal?: (error: Error) => void;
}

/** A server that accepts connections. */
export interface RunningServer {
  /** The real port; null when only a unix socket is listened on. */
  readonly port: number | null;
  /** Where a browser on this machine goes. */
  readonly url: string;
  /** Real ports that are one protocol's alone, by their names in the configuration. */
  readonly usualPorts: Gateways['usualPorts'];
  /** Everything that every protocol is spoken on, as one would write it in a URL. */
  readonly addresses: readonly string[];
  readonly core: Core;
  /** Uses the reloadable settings of another configuration from now on. */
  reload(config: Config): void;
  /** Tells clients to come back, finishes commits, closes the data. The second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Starts a server in this process; resolves once a connection of its own was accepted and answered on every address.
 *
 * Errors: throws DataFolderLockedError, DataTooNewError, ListenError, StoreUnavailableError or StoreCorruptError; nothing
 * is left open then.
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const logger = options.logger ?? createLogger(config['log.level']);
  if (options.hasAdminSocket === true) await claimFolder(config);
  await using undo = new AsyncDisposableStack();

  const metrics = undo.use(new Metrics());
  const core = await openCore(config, {
    wrapStore: (store) => measureCommits(store, metrics),
    onBug: (error) => logger.error({ err: error }, 'a bug ended a connection'),
    onStoreFailure: (error) => {
      logger.error({ err: error }, 'the store failed');
      options.onFatal?.(error);
    },
  });
  undo.defer(() => core.drain());
  if (config['data.store'] === 'memory')
    logger.warn({}, 'the memory store forgets everything when the server stops');
  metrics.watch(core);

  const readiness = new Readiness();
  const health = { notReadyReason: () => readiness.reason, metrics: () => metrics.render() };
  const gateways = await openPort(config, { core, health, logger });
  undo.defer(() => gateways.close());
  const { port, addresses, usualPorts } = gateways;
  const url = listenUrl(config, gateways);
  if (options.hasAdminSocket === true) undo.use(await openAdminSocket(config, core, url));
  await verifyAccepting(addresses);
  readiness.becomeReady();
  logger.info({ addresses, version: VERSION }, 'ready');

  // Before the port is taken down, clients are told over connections that still stand.
  undo.defer(() => untilSocketsEnded(gateways));
  undo.defer(() => core.drain());
  const opened = undo.move();
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    readiness.startDraining();
    closing ??= opened.disposeAsync();
    return closing;
  };
  const reload = (next: Config): void => {
    const certificate = certificateOf(next);
    if (certificate !== null) gateways.setCertificate(certificate);
  };
  return { port, url, addresses, usualPorts, core, reload, close };
}

/** Gives peers the time to read the last frame and to end their half. */
async function untilSocketsEnded(gateways: Gateways): Promise<void> {
  const givesUpAtMs = performance.now() + LAST_FRAME_MS_MAX;
  while (gateways.socketCount > 0 && performance.now() < givesUpAtMs) await sleep(LOOK_AGAIN_MS);
}

/**
 * [OP1] The SQLite store locks its folder itself. With the memory store the folder holds the admin socket alone, and
 * whoever answers there has it.
 */
async function claimFolder(config: Config): Promise<void> {
  if (config['data.store'] !== 'memory') return;
  const folder = config['data.folder'];
  mkdirSync(folder, { recursive: true });
  const other = await askServer(adminSocketPath(folder), { type: 'status' });
  if (other?.outcome === 'status') throw new DataFolderLockedError(folder, other.pid);
}

function openAdminSocket(config: Config, core: Core, url: string): Promise<AdminSocket> {
  const identity = { pid: process.pid, version: VERSION, url };
  return AdminSocket.open(adminSocketPath(config['data.folder']), (command) =>
    executeAdminCommand(core, command, identity),
  );
}
