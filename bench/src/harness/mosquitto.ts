import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '@skein/needs';
import type { MqttAccount } from '../load/mqtt-peer.ts';
import { Child } from './child.ts';
import { accepts, freePort } from './free-port.ts';

/** Whether Debian's mosquitto is installed. */
export function hasMosquitto(): boolean {
  return pathOf('mosquitto') !== null;
}

export interface MosquittoProcess {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** The reference broker in C, on a free port, in memory. Without accounts, or with a file of them in its own form. */
export async function startMosquitto(accounts: readonly MqttAccount[] = []): Promise<MosquittoProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      ...signInLines(folder, accounts),
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

function signInLines(folder: string, accounts: readonly MqttAccount[]): string[] {
  if (accounts.length === 0) return ['allow_anonymous true'];
  const file = join(folder, 'accounts');
  writeFileSync(file, accounts.map(({ user, secret }) => `${user}:${secret}\n`).join(''), { mode: 0o600 });
  // Hashes them as it does for everybody: PBKDF2 with SHA-512, 101 rounds.
  execFileSync('mosquitto_passwd', ['-U', file]);
  // Started by root it would go on as somebody who may not read the file.
  return [`user ${userInfo().username}`, 'allow_anonymous false', `password_file ${file}`];
}
