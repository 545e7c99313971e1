import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { adminSocketPath } from '../admin/admin-socket.ts';
import { askServer } from '../admin/ask-server.ts';
import type { Config } from '../config/config.ts';
import { openFilesMax } from '../platform/file-limit.ts';

export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}

const NODE_MAJOR_MIN = 24;
const OPEN_FILES_WANTED = 4_096;
const MEMORY_BYTES_WANTED = 256 * 1_048_576;
const FSYNC_ROUNDS = 50;
const FSYNC_BYTES = 4_096;
// Above this a lone send feels slow: its acknowledgement waits for one fsync.
const FSYNC_MS_WANTED = 20;

/** Looks at everything that commonly keeps a server from starting or from being fast. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  const folder = checkFolder(config['data.folder']);
  return [
    checkNode(),
    checkOpenFiles(),
    checkMemory(),
    folder,
    ...(folder.verdict === 'ok' ? [measureFsync(config['data.folder'])] : []),
    await checkPort(config),
  ];
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const found = `Node ${process.versions.node}`;
  if (major >= NODE_MAJOR_MIN) return { check: 'runtime', verdict: 'ok', found };
  return { check: 'runtime', verdict: 'fail', found, fix: `install Node ${NODE_MAJOR_MIN} or later` };
}

function checkOpenFiles(): Finding {
  const max = openFilesMax();
  if (max === null) return { check: 'open files', verdict: 'ok', found: 'the system does not tell' };
  const found = `${max} may be open, one per connection`;
  if (max >= OPEN_FILES_WANTED) return { check: 'open files', verdict: 'ok', found };
  return { check: 'open files', verdict: 'warn', found, fix: 'ulimit -n 65536' };
}

function checkMemory(): Finding {
  const found = `${toMiB(freemem())} MiB free of ${toMiB(totalmem())} MiB`;
  if (freemem() >= MEMORY_BYTES_WANTED) return { check: 'memory', verdict: 'ok', found };
  return { check: 'memory', verdict: 'warn', found, fix: 'stop something else, or add memory' };
}

function checkFolder(folder: string): Finding {
  const existed = existsSync(folder);
  const probe = join(folder, `doctor-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    closeSync(openSync(probe, 'w'));
    rmSync(probe);
    if (!existed) rmSync(folder, { recursive: true });
    return {
      check: 'data folder',
      verdict: 'ok',
      found: `${folder} ${existed ? 'is writable' : 'can be created'}`,
    };
  } catch (error) {
    const fix = 'choose another with --data, or change its permissions';
    return { check: 'data folder', verdict: 'fail', found: (error as Error).message, fix };
  }
}

/** Measured where the data will be, in the size of a page, as a commit does it. */
function measureFsync(folder: string): Finding {
  const existed = existsSync(folder);
  mkdirSync(folder, { recursive: true });
  const probe = join(folder, `doctor-${process.pid}`);
  const file = openSync(probe, 'w');
  const page = Buffer.alloc(FSYNC_BYTES, 1);
  const tookMs: number[] = [];
  for (let round = 0; round < FSYNC_ROUNDS; round++) {
    writeSync(file, page);
    const startedAtMs = performance.now();
    fdatasyncSync(file);
    tookMs.push(performance.now() - startedAtMs);
  }
  closeSync(file);
  rmSync(existed ? probe : folder, { recursive: true });
  tookMs.sort((a, b) => a - b);
  const median = tookMs[Math.floor(FSYNC_ROUNDS / 2)] ?? 0;
  const found = `median ${median.toFixed(2)} ms, slowest of ${FSYNC_ROUNDS} ${(tookMs.at(-1) ?? 0).toFixed(2)} ms`;
  if (median <= FSYNC_MS_WANTED) return { check: 'fsync', verdict: 'ok', found };
  return { check: 'fsync', verdict: 'warn', found, fix: 'put data.folder on a faster disk' };
}

async function checkPort(config: Config): Promise<Finding> {
  const port = config['listen.port'];
  if (port === 0) return { check: 'port', verdict: 'ok', found: 'any free one' };
  const problem = await listenOnce(port);
  if (problem === null) return { check: 'port', verdict: 'ok', found: `${port} is free` };
  const server = await askServer(adminSocketPath(config['data.folder']), { type: 'status' }).catch(
    () => null,
  );
  if (server?.outcome === 'status')
    return { check: 'port', verdict: 'ok', found: `server running, pid ${server.pid}` };
  return {
    check: 'port',
    verdict: 'fail',
    found: `${port}: ${problem}`,
    fix: 'stop what uses it, or choose --port',
  };
}

function listenOnce(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)));
  });
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
