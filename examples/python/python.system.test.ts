import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createClient } from '@skein/client';
import { describeNeeding, pathOf } from '@skein/needs';
import { configWith, type RunningServer, startServer } from '@skein/server';
import { afterAll, beforeAll, expect, it } from 'vitest';

const PYTHON = pathOf('python3') ?? 'python3';
const PROGRAM = join(import.meta.dirname, 'skein_http.py');

describeNeeding('python3', 'a client in Python', () => {
  let server: RunningServer;
  let url = '';

  beforeAll(async () => {
    const settings = {
      'listen.port': 0,
      'data.store': 'memory',
      'log.level': 'silent',
      development: true,
    } as const;
    server = await startServer(configWith(settings));
    url = `http://127.0.0.1:${server.port ?? 0}`;
  });
  afterAll(() => server.close());

  it('is written to and writes, as any other client', async () => {
    await using alice = createClient({ url, auth: { dev: 'alice' } });
    await alice.signedIn();
    const listening = new Python(url, 'bob', 'listen', '2');
    await listening.says('listening as bob');
    const chat = alice.conversations.direct('bob');
    await chat.send('你好').sent;
    await chat.send('from TypeScript').sent;
    expect(await listening.exited).toBe(0);
    expect(listening.output).toBe('listening as bob\nalice: 你好\nalice: from TypeScript\n');

    const writing = new Python(url, 'bob', 'to', 'alice', 'from Python 🪿');
    expect(await writing.exited).toBe(0);
    expect(writing.output).toMatch(/^stored at \d+\n$/);
    await alice.unread.until(({ total }) => total === 1);
  });

  it('is told why not', async () => {
    const wrong = new Python(url, 'bob', 'to', 'nobody', 'hello?');
    expect(await wrong.exited).toBe(1);
    expect(wrong.errors).toContain('There is no such user.');
  });
});

class Python {
  output = '';
  errors = '';
  readonly exited: Promise<number | null>;

  constructor(...args: readonly string[]) {
    const child = spawn(PYTHON, [PROGRAM, ...args]);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.exited = once(child, 'close').then(([code]) => code as number | null);
  }

  async says(line: string): Promise<void> {
    const endMs = performance.now() + 10_000;
    while (!this.output.includes(`${line}\n`)) {
      if (performance.now() > endMs) throw new Error(`not said: ${line}\n${this.errors}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
}
