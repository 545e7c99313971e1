import { spawn } from 'node:child_process';
import { describeNeeding, pathOf } from '@skein/needs';
import { expect, it } from 'vitest';
import { SkeinProcess, temporaryFolder } from './testing/server-process.ts';

const SEEN_MS_MAX = 10_000;

describeNeeding('nc', 'two people with nothing but nc', () => {
  it('register, talk and read what the other wrote', async () => {
    using folder = temporaryFolder();
    await using server = new SkeinProcess({ folder: folder.path, args: ['--port', '0'] });
    const { port } = await server.ready();
    using celia = new Netcat(port);
    celia.type('{"register":"celia","password":"as you like it"}');
    await celia.sees('"welcome":"celia"');
    using rosalind = new Netcat(port);
    rosalind.type('{"register":"rosalind","password":"as you like it"}');
    await rosalind.sees('"welcome":"rosalind"');
    rosalind.type('{"to":"celia","text":"你好"}');
    await celia.sees('你好');
    celia.type('{"to":"rosalind","text":"What think you of falling in love?"}');
    await rosalind.sees('What think you');
    expect(celia.screen).toContain('rosalind');
  });
});

/** A terminal with `nc` in it. */
class Netcat implements Disposable {
  screen = '';
  readonly #child;

  constructor(port: number) {
    this.#child = spawn(pathOf('nc') ?? 'nc', ['127.0.0.1', String(port)]);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.screen += text;
    });
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async sees(part: string): Promise<void> {
    const endMs = performance.now() + SEEN_MS_MAX;
    while (!this.screen.includes(part)) {
      if (performance.now() > endMs) throw new Error(`not on the screen: ${part}\n${this.screen}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
