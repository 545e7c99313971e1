import { flushCompileCache } from 'node:module';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { banner, readyLine } from '../lifecycle/banner.ts';
import { guardProcess } from '../lifecycle/guard-process.ts';
import { webFolder } from '../lifecycle/web-folder.ts';
import { openFilesMax } from '../platform/file-limit.ts';
import { type RunningServer, startServer } from '../start-server.ts';
import { createLogger } from '../telemetry/logger.ts';
import { configOf, language, withConfigOptions } from './config-options.ts';

export function startCommand(): Command {
  const start = new Command('start').description('run the server until it is told to stop');
  return withConfigOptions(start, 'all').action(async () => {
    const { config } = configOf(start);
    const logger = createLogger(config['log.level']);
    const guard = guardProcess(logger, () => configOf(start).config);
    const server = await startServer(config, { logger, hasAdminSocket: true, onFatal: guard.crash });
    announce(config, server);
    // Now, because a server that is killed would leave the next start as slow as this one.
    flushCompileCache();
    await guard.untilStopped(server);
  });
}

function announce(config: Config, server: RunningServer): void {
  const facts = {
    ...server,
    config,
    hasWebPage: webFolder(config) !== null,
    startMs: performance.now(),
    openFilesMax: openFilesMax(),
  };
  console.log(banner(facts, language()));
  console.log(readyLine(server));
}
