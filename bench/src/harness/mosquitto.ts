import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '@skein/needs';
import { Child } from './child.ts';

const LOOK_MS = 20;
const READY_WITHIN_MS = 10_000;

/** Whether Debian's mosquitto is installed. */
export function hasMosquitto(): boolean {
  return pathOf('mosquitto') !== null;
}

/** The reference broker in C, on a free port, in memory, without accounts. */
export async function startMosquitto(): Promise<{ pid: number; port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'set_tcp_nodelay true',
      'persistence false',
      'max_inflight_messages 0',
      'max_queued_messages 0',
      'log_type none',
      '',
    ].join('\n'),
  );
  const child = await Child.start({
    role: 'server',
    command: pathOf('mosquitto') ?? 'mosquitto',
    args: ['-c', config],
  });
  await accepts(port);
  return {
    pid: child.pid,
    port,
    stop: async () => {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function accepts(port: number): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isOpen(port))) {
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
