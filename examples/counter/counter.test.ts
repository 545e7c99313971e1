import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { CounterClient } from './counter-client.ts';
import { serveCounter } from './counter-server.ts';

const AGAIN_MS = 30;

it('counts who is there, and answers', async () => {
  const { arrive, logged } = await open();
  const first = arrive();
  await expect.poll(() => first.shown).toEqual(['你是第1位']);
  const second = arrive();
  await expect.poll(() => second.shown).toEqual(['你是第2位']);
  first.client.say('大笑');
  await expect.poll(() => first.shown.at(-1)).toBe('收到:大笑');
  second.client.leave();
  await expect.poll(() => logged.some((line) => line.startsWith('CLOSED'))).toBe(true);
  const third = arrive();
  await expect.poll(() => third.shown).toEqual(['你是第2位']);
});

it('stays away when the client closed', async () => {
  const { arrive, server, logged } = await open();
  const { client, shown } = arrive();
  await expect.poll(() => shown.length).toBe(1);
  client.leave();
  await expect.poll(() => shown.at(-1)).toBe('left');
  await sleep(AGAIN_MS * 5);
  expect(server.clients.size).toBe(0);
  expect(logged.filter((line) => line.startsWith('CONNECTED'))).toHaveLength(1);
});

it('comes back when the server closed', async () => {
  const { arrive, server, logged } = await open();
  const { shown } = arrive();
  await expect.poll(() => shown.length).toBe(1);
  for (const webSocket of server.clients) webSocket.close(1012);
  await expect
    .poll(() => shown)
    .toEqual(['你是第1位', 'closed by the server (1012), coming back', '你是第1位']);
  expect(logged.filter((line) => line.startsWith('CONNECTED'))).toHaveLength(2);
});

async function open() {
  const logged: string[] = [];
  const server = await serveCounter(0, (line) => logged.push(line));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    for (const webSocket of server.clients) webSocket.terminate();
    server.close();
  });
  const arrive = (): { client: CounterClient; shown: string[] } => {
    const shown: string[] = [];
    const client = new CounterClient(url, (line) => shown.push(line), AGAIN_MS);
    onTestFinished(() => client.leave());
    return { client, shown };
  };
  return { arrive, server, logged };
}
