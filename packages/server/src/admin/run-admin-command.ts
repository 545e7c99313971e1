import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderLockedError } from '@skein/stores';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { openCore } from '../data/open-core.ts';
import { VERSION } from '../version.ts';
import type { AdminAnswer, AdminCommand } from './admin-command.ts';
import { adminSocketPath } from './admin-socket.ts';
import { askServer } from './ask-server.ts';
import { executeAdminCommand } from './execute-admin-command.ts';

// A server that starts holds the data before it can be asked; its start takes less than this.
const PATIENCE_MS = 5_000;
const RETRY_MS = 200;

/**
 * [OP5] Carries out an operator's command: by the server that holds the data, or on the data itself while none does.
 *
 * Errors: throws AdminUnreachableError, DataFolderLockedError, ConfigError, StoreUnavailableError or StoreCorruptError.
 */
export async function runAdminCommand(config: Config, command: AdminCommand): Promise<AdminAnswer> {
  const givesUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await askServer(adminSocketPath(config['data.folder']), command);
    if (answer !== null) return answer;
    try {
      return await runOnData(config, command);
    } catch (error) {
      if (!(error instanceof DataFolderLockedError) || performance.now() > givesUpAtMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function runOnData(config: Config, command: AdminCommand): Promise<AdminAnswer> {
  if (config['data.store'] === 'memory') {
    const message = 'is "memory", and no server runs that could remember this';
    throw new ConfigError([{ where: 'data.store', message }]);
  }
  const core = await openCore(config);
  try {
    return await executeAdminCommand(core, command, { pid: process.pid, version: VERSION, url: '' });
  } finally {
    await core.drain();
  }
}
