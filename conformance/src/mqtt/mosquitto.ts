import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { MqttTarget } from './mqtt-target.ts';

const HOST = '127.0.0.1';
const READY_MS_MAX = 10_000;

/** A mosquitto of one's own on free ports, which takes everybody and keeps nothing on disk. */
export class Mosquitto implements AsyncDisposable {
  readonly target: MqttTarget;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, target: MqttTarget) {
    this.#child = child;
    this.target = target;
  }

  static async start(program: string, folder: string): Promise<Mosquitto> {
    const [port, webSocketPort] = [await freePort(), await freePort()];
    const config = join(folder, 'mosquitto.conf');
    writeFileSync(config, configOf(port, webSocketPort));
    const child = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    await running(child);
    const address = { host: HOST, port };
    return new Mosquitto(child, {
      ...address,
      prefix: '',
      webSocket: { host: HOST, port: webSocketPort, path: '/mqtt' },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill();
    await gone;
  }
}

function configOf(port: number, webSocketPort: number): string {
  return [
    'user root',
    'allow_anonymous true',
    'persistence false',
    // Otherwise the first of several subscriptions decides on the QoS.
    'allow_duplicate_messages true',
    `listener ${port} ${HOST}`,
    `listener ${webSocketPort} ${HOST}`,
    'protocol websockets',
    '',
  ].join('\n');
}

function running(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => reject(new Error(`mosquitto is not ready:\n${log}`)), READY_MS_MAX);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`mosquitto ended:\n${log}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (!/ running$/m.test(log)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
