import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { say } from './echo-client.ts';
import { serveEcho } from './echo-server.ts';

let logged: string[];
let server: Awaited<ReturnType<typeof serveEcho>>;

beforeEach(async () => {
  const lines: string[] = [];
  logged = lines;
  server = await serveEcho(0, (line) => lines.push(line));
});

afterEach(() => {
  server.close();
});

describe('the raw socket example', () => {
  it('greets, says back what it heard, and logs who came, spoke and went', async () => {
    const { greeting, echo } = await say(portOf(), '大笑 😄');
    expect([greeting, echo]).toEqual(['服务端发出：连接成功', 'You said "大笑 😄"']);
    await expect.poll(() => logged.at(-1)).toMatch(/^CLOSED/);
    const [peer] = /127\.0\.0\.1:\d+$/.exec(logged[1] ?? '') ?? [];
    expect(logged.slice(1)).toEqual([`CONNECTED ${peer}`, `DATA ${peer}: 大笑 😄`, `CLOSED ${peer}`]);
  });

  it('puts a character together again that came in two pieces', async () => {
    const socket = connect(portOf(), '127.0.0.1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    const bytes = Buffer.from('好');
    socket.setNoDelay(true);
    socket.write(bytes.subarray(0, 1));
    await expect.poll(() => heard).toContain('连接成功');
    socket.write(bytes.subarray(1));
    await expect.poll(() => heard).toContain('You said "好"');
    socket.destroy();
  });

  it('survives a connection that goes while it is answered', async () => {
    const socket = connect(portOf(), '127.0.0.1');
    await expect.poll(() => logged.length).toBe(2);
    socket.write('走了');
    socket.destroy();
    await expect.poll(() => logged.at(-1)).toMatch(/^CLOSED/);
    expect((await say(portOf(), '还在吗')).echo).toBe('You said "还在吗"');
  });
});

function portOf(): number {
  return (server.address() as AddressInfo).port;
}
