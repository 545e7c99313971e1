import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { describe, expect, it } from 'vitest';
import type { Client } from './api/client.ts';
import { createClient } from './node/index.ts';

const DEVELOPMENT = ['--development'];
const MESSAGES = 300;

describe('two people and a real server', () => {
  it('[OB1, CU4] chat over TCP and WebSocket, through a server that is killed, and nothing is lost, doubled or moved', async () => {
    using data = temporaryFolder();
    using device = temporaryFolder();
    let server = new SkeinProcess({ folder: data.path, args: ['--port', '0', ...DEVELOPMENT] });
    const { url, port } = await server.ready();
    const again = { folder: data.path, args: ['--port', String(port), ...DEVELOPMENT] };
    await using alice = createClient({
      url: `tcp://127.0.0.1:${port}`,
      auth: { dev: 'alice' },
      folder: device.path,
    });
    await using bob = createClient({ url, auth: { dev: 'bob' } });
    await Promise.all([alice.signedIn(), bob.signedIn()]);
    const chat = alice.conversations.direct('bob');
    const heard: string[] = [];
    bob.on('message', ({ message }) => heard.push(message.kind === 'text' ? message.text : message.kind));
    const sent: string[] = [];
    for (let i = 0; i < MESSAGES; i++) {
      sent.push(`speech ${i} 雁`);
      chat.send(`speech ${i} 雁`);
      if (i % 100 === 50) {
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
        await server[Symbol.asyncDispose]();
        server = new SkeinProcess(again);
        await server.ready();
      }
    }
    await alice.outbox.until((rows) => rows.length === 0);
    await bob.unread.until(({ total }) => total === MESSAGES);
    expect(heard).toEqual(sent);
    expect(await shownBy(bob, '@alice')).toEqual(sent);
    expect(await shownBy(alice, '@bob')).toEqual(sent);
    await server[Symbol.asyncDispose]();
  }, 60_000);

  it('[OB1] keeps what was written without a network when the program ends', async () => {
    using data = temporaryFolder();
    using device = temporaryFolder();
    const options = { auth: { dev: 'alice' }, folder: device.path } as const;
    await using offline = createClient({ url: 'tcp://127.0.0.1:9', ...options });
    offline.conversations.direct('bob').send('written on the train');
    await offline.close();
    await using server = new SkeinProcess({ folder: data.path, args: ['--port', '0', ...DEVELOPMENT] });
    const { url } = await server.ready();
    await using bob = createClient({ url, auth: { dev: 'bob' } });
    await bob.signedIn();
    await using alice = createClient({ url, ...options });
    await bob.unread.until(({ total }) => total === 1);
    expect(await shownBy(bob, '@alice')).toEqual(['written on the train']);
    expect(alice.me.get()?.id).toBe('alice');
  }, 60_000);
});

/** All texts of a conversation, from the first. */
async function shownBy(client: Client, id: string): Promise<string[]> {
  const { messages } = client.conversations.get(id);
  messages.get();
  await messages.view.until(({ items, gaps }) => items.length > 0 && gaps.length === 0);
  while (messages.older !== 'exhausted') await messages.loadOlder(100);
  return messages.get().flatMap((message) => (message.kind === 'text' ? [message.text] : []));
}
