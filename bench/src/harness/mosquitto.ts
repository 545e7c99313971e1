import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '@skein/needs';
import { Child } from './child.ts';
import { accepts, freePort } from './free-port.ts';

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
