import { SkeinProcess, temporaryFolder } from '@skein/server/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient } from './node/index.ts';

vi.mock('../../protocol/src/generated/skein-compact.gen.ts', async (importOriginal) => {
  const { olderSchema } = await import('./test/older-schema.ts');
  const original = await importOriginal<{ readonly SCHEMA_TEXT: string }>();
  return { ...original, SCHEMA_TEXT: olderSchema(original.SCHEMA_TEXT) };
});

describe('a client of an older schema', () => {
  const data = temporaryFolder();
  const server = new SkeinProcess({ folder: data.path, args: ['--port', '0', '--development'] });
  let url: string;

  beforeAll(async () => {
    ({ url } = await server.ready());
  }, 60_000);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    data[Symbol.dispose]();
  });

  it('[OV2] signs in, chats, changes, catches up and reads history at a server of this version', async () => {
    using device = temporaryFolder();
    const options = { url, auth: { dev: 'alice' }, folder: device.path } as const;
    const alice = createClient(options);
    await using bob = createClient({ url, auth: { dev: 'bob' } });
    await Promise.all([alice.signedIn(), bob.signedIn()]);
    const group = await alice.conversations.createGroup({ title: '旧版', users: ['bob'] });
    const sent = await group.send('hello').sent;
    await alice.messages.edit(sent, 'hello, 你好');
    await alice.messages.recall(await group.send('not this').sent);
    await group.update({ title: '旧版也行' });
    const seen = bob.conversations.get(group.id);
    await seen.info.until(({ title, unread }) => title === '旧版也行' && unread >= 1);
    await bob.messages.react(sent, '👏');
    await alice.close();
    for (let i = 0; i < 60; i++) seen.send(`while alice is away ${i}`);
    await bob.outbox.until((rows) => rows.length === 0);

    await using again = createClient({ ...options, auth: { session: 'stored' } });
    await again.unread.until(({ total }) => total === 60);
    const { messages } = again.conversations.get(group.id);
    await messages.view.until(({ gaps, items }) => items.length > 0 && gaps.length === 0);
    while (messages.older !== 'exhausted') await messages.loadOlder(100);
    expect(messages.get().find(({ seq }) => seq === sent.seq)).toMatchObject({
      text: 'hello, 你好',
      reactions: [{ key: '👏' }],
    });
    expect(messages.get().filter(({ kind }) => kind === 'recalled')).toHaveLength(1);
    expect(messages.get().filter(({ kind }) => kind === 'text')).toHaveLength(61);
  }, 60_000);

  it('[OV2] shows the fallback of a kind that it does not have', async () => {
    await using cleo = createClient({ url, auth: { dev: 'cleo' } });
    await using dan = createClient({ url, auth: { dev: 'dan' } });
    await Promise.all([cleo.signedIn(), dan.signedIn()]);
    // Written by the generated code of the server's side: this client could not.
    const { encodeMessage, writeContent } = await import('@skein/protocol');
    const content = {
      of: { case: 'custom', value: { kind: 'order', json: '{}' } },
      fallback: '[订单]',
    } as const;
    const body = encodeMessage(writeContent, content);
    const { engine } = cleo as unknown as { engine: { change(draft: object): unknown } };
    engine.change({ to: '@dan', kind: 1, target: 0, body });
    const { messages } = dan.conversations.get('@cleo');
    const shown = await messages.until((rows) => rows.some(({ kind }) => kind === 'unsupported'));
    expect(shown.find(({ kind }) => kind === 'unsupported')).toMatchObject({ fallback: '[订单]' });
  }, 60_000);
});
