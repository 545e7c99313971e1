import type { Config } from '../config/config.ts';
import type { RunningServer } from '../start-server.ts';
import type { AdjustableLogger } from '../telemetry/logger.ts';

// The operator was promised an end within 10 s; the drain itself has `limits.drainMs`.
const STOP_MS_MAX = 9_800;
// After a bug, long enough to finish a commit, short enough that a supervisor restarts soon.
const CRASH_MS_MAX = 3_000;
const SIGNAL_EXIT_BASE = 128;
const SIGNAL_NUMBER = { SIGINT: 2, SIGTERM: 15 } as const;

export interface ProcessGuard {
  /** Waits for a signal, stops the server and ends the process. */
  untilStopped(server: RunningServer): Promise<void>;
  /** Ends the process after an attempt to close the data. */
  readonly crash: (error: unknown) => void;
}

/**
 * Ties the process's signals and accidents to the server. The first SIGTERM or SIGINT stops it in order, the second ends
 * the process at once; SIGHUP applies what is reloadable; a bug that nobody caught is logged and ends the process with 1
 * after an attempt to close the store. [OP3, OP4]
 */
export function guardProcess(logger: AdjustableLogger, reload: () => Config): ProcessGuard {
  let server: RunningServer | null = null;
  let stop: (signal: NodeJS.Signals) => void = () => process.exit(0);
  let isStopping = false;

  const onSignal = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (isStopping) process.exit(SIGNAL_EXIT_BASE + SIGNAL_NUMBER[signal]);
    isStopping = true;
    logger.info({ signal }, 'stopping');
    stop(signal);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', () => applyReload(logger, server, reload));
  const onCrash = (error: unknown): void => void crash(logger, server, error);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);

  return {
    crash: onCrash,
    async untilStopped(running) {
      server = running;
      await new Promise<void>((resolve) => {
        stop = () => resolve();
      });
      exitAfter(STOP_MS_MAX, () => logger.error({ stopMsMax: STOP_MS_MAX }, 'not stopped in time'));
      await running.close();
      logger.info({}, 'stopped');
      // The data is closed; nothing that may still be open is worth waiting for.
      process.exit(0);
    },
  };
}

/** A mistake in the file must not end a server that runs well: it is logged, and nothing changes. */
function applyReload(logger: AdjustableLogger, server: RunningServer | null, reload: () => Config): void {
  try {
    const config = reload();
    server?.reload(config);
    logger.info({ before: logger.level, after: config['log.level'] }, 'configuration read again');
    logger.level = config['log.level'];
  } catch (error) {
    logger.error({ err: error }, 'configuration not applied');
  }
}

async function crash(logger: AdjustableLogger, server: RunningServer | null, error: unknown): Promise<void> {
  logger.error({ err: error }, 'the process ends');
  exitAfter(CRASH_MS_MAX, () => undefined);
  try {
    await server?.close();
  } finally {
    process.exit(1);
  }
}

function exitAfter(delayMs: number, before: () => void): void {
  setTimeout(() => {
    before();
    process.exit(1);
  }, delayMs).unref();
}
