import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describeNeeding, pathOf } from '@skein/needs';
import { it } from 'vitest';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const SEEN_MS_MAX = 20_000;
const LOOK_EVERY_MS = 20;
const PASSWORD = 'as you like it';

describeNeeding(['profanity', 'script'], 'somebody with profanity, and somebody with lines', () => {
  it('[XM21, XM22] talk, and what was said meanwhile is there on coming back', {
    timeout: 90_000,
  }, async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ['--port', '0'] });
    const { port } = await server.ready();
    {
      // Makes the account; a device that stays would have what is said, and nobody else would be told when they come.
      using rosalind = new Lines(port, 'rosalind');
      await rosalind.sees('"welcome":"rosalind"');
    }
    using celia = new Lines(port, 'celia');
    await celia.sees('"welcome":"celia"');
    const home = profanityHome(folder.path, port);
    {
      using terminal = new Terminal(home);
      await terminal.sees('logged in successfully');
      terminal.type('/msg celia@localhost Ardennes');
      await celia.sees('Ardennes');
      celia.say('rosalind', '森林');
      await terminal.sees('森林');
    }
    celia.say('rosalind', 'Ganymede');
    await celia.sees('"sent":4');
    using again = new Terminal(home);
    await again.sees('chat message: celia@localhost');
    again.type('/win 2');
    await again.sees('Ganymede');
  });
});

/** What profanity reads, with an account that signs in here; no certificate is there, so nothing is encrypted. */
function profanityHome(folder: string, port: number): string {
  const home = join(folder, 'profanity');
  mkdirSync(join(home, 'data', 'profanity'), { recursive: true });
  const account = `[rosalind@localhost]
enabled=true
jid=rosalind@localhost
resource=terminal
server=127.0.0.1
port=${port}
tls.policy=disable
password=${PASSWORD}
`;
  writeFileSync(join(home, 'data', 'profanity', 'accounts'), account);
  return home;
}

/** What one has seen, and waits to see. */
class Screen {
  text = '';

  async sees(part: string): Promise<void> {
    const endMs = performance.now() + SEEN_MS_MAX;
    while (!this.text.includes(part)) {
      if (performance.now() > endMs)
        throw new Error(`not on the screen: ${part}\n${this.text.slice(-4_000)}`);
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
    }
  }
}

/** A terminal with `profanity` in it; when it is closed, nobody says goodbye. */
class Terminal extends Screen implements Disposable {
  readonly #child: ChildProcess;

  constructor(home: string) {
    super();
    const env = {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      TERM: 'xterm',
      HOME: home,
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CONFIG_HOME: join(home, 'config'),
    };
    const command = `stty cols 120 rows 40; exec ${pathOf('profanity')} -a rosalind@localhost`;
    this.#child = spawn(pathOf('script') ?? '', ['-qfec', command, '/dev/null'], { env });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
  }

  type(line: string): void {
    this.#child.stdin?.write(`${line}\r`);
  }

  [Symbol.dispose](): void {
    // The terminal goes with it, and profanity with the terminal.
    this.#child.kill('SIGKILL');
  }
}

/** Somebody new with JSON lines. */
class Lines extends Screen implements Disposable {
  readonly #socket: Socket;

  constructor(port: number, user: string) {
    super();
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.#socket.write(`${JSON.stringify({ register: user, password: PASSWORD })}\n`);
  }

  say(to: string, text: string): void {
    this.#socket.write(`${JSON.stringify({ to, text })}\n`);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
