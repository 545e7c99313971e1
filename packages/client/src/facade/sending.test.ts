import { describe, expect, it } from 'vitest';
import type { CacheBatch, CacheProvider } from '../engine/ports/cache-store.ts';
import { FakeDevice, Stage, tampered, textsOf } from '../test/stage.ts';

describe('sending', () => {
  it('[OB1] shows a message at once, and has it in the store before its first byte', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const order: string[] = [];
    const device = new FakeDevice(watching((batch) => order.push(...batch.outbox.map(() => 'stored'))));
    const client = await stage.online('alice', device);
    const chat = client.conversations.direct('bob');
    await textsOf(client, '@bob');
    const sending = chat.send('你好 [大笑]');
    expect(chat.messages.get().at(-1)).toMatchObject({ text: '你好 [大笑]', seq: null, mine: true });
    expect([order, stage.server.sent('send')]).toEqual([[], []]);
    await stage.pass(0);
    expect(order).toEqual(['stored']);
    expect(stage.server.sent('send')).toHaveLength(1);
    expect(sending.get().state).toBe('sending');
    await stage.pass(10);
    expect(await sending.sent).toMatchObject({ state: 'sent', seq: 2, id: '@bob/2', clientId: sending.id });
    expect(await textsOf(client, '@bob')).toEqual(['你好 [大笑]']);
    await client.close();
  });

  it('[OB1] keeps what was written before the store was open, also when it is closed at once', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    stage.world.direct('alice', 'bob');
    const client = stage.client({ dev: 'alice' }, device);
    client.conversations.direct('bob').send('quickly');
    await Promise.all([client.close(), client.close()]);
    const again = await stage.online('alice', device);
    expect(await textsOf(again, '@bob')).toEqual(['quickly']);
    await again.close();
  });

  it('[OB2] numbers what it sends to each conversation without gaps, and does so after a restart', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    stage.world.direct('alice', 'bob');
    stage.world.direct('alice', 'carol');
    for (let life = 0; life < 3; life++) {
      const client = await stage.online('alice', device);
      for (let i = 0; i < 4; i++) client.conversations.direct(i % 2 === 0 ? 'bob' : 'carol').send(`${i}`);
      await stage.pass(100);
      await client.close();
    }
    const counters = stage.server.sent('send').map(({ conversation, counter }) => [conversation, counter]);
    expect(counters.filter(([conversation]) => conversation === 1).map(([, counter]) => counter)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(counters).toHaveLength(12);
  });

  it('[OB3] sends again on the next connection, once is stored once', async () => {
    const stage = new Stage();
    const bob = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const sendings = ['one', 'two', 'three'].map((text) => client.conversations.direct('bob').send(text));
    // The server has them; its answers are lost with the line.
    await stage.pass(0);
    stage.server.live?.cut();
    await stage.pass(5_000);
    await Promise.all(sendings.map(({ sent }) => sent));
    expect(bob.entries).toHaveLength(4);
    expect(await textsOf(client, '@bob')).toEqual(['one', 'two', 'three']);
    expect(client.outbox.get()).toEqual([]);
    await client.close();
  });

  it('[OB3] recognises what was stored when only its entry comes back', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const sending = client.conversations.direct('bob').send('hello');
    await stage.pass(0);
    stage.server.live?.cut();
    await stage.pass(5_000);
    expect(sending.get()).toMatchObject({ state: 'sent', seq: 2 });
    // The sync brought the entry: there was nothing to send again.
    expect(stage.server.sent('send')).toHaveLength(1);
    await client.close();
  });

  it('[OB4] keeps at most 64 on the way', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    stage.server.isSilent = true;
    const chat = client.conversations.direct('bob');
    for (let i = 0; i < 200; i++) chat.send(`${i}`);
    await stage.pass(100);
    expect(client.engine.parts.outbox.inFlightCount).toBe(64);
    stage.server.isSilent = false;
    stage.server.live?.cut();
    await stage.pass(5_000);
    expect(await textsOf(client, '@bob')).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`));
    await client.close();
  });

  it('[OB5] does not send what the device cannot keep', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    let isFull = false;
    const full = watching(() => {
      if (isFull) throw new Error('no space left');
    });
    const client = await stage.online('alice', new FakeDevice(full));
    isFull = true;
    const sending = client.conversations.direct('bob').send('hello');
    await stage.pass(10);
    await expect(sending.sent).rejects.toMatchObject({ code: 'client.store_full', retryable: true });
    expect(stage.server.sent('send')).toEqual([]);
    isFull = false;
    sending.retry();
    await stage.pass(100);
    expect(sending.get().state).toBe('sent');
    expect(stage.server.sent('send').map(({ counter }) => counter)).toEqual([1]);
    await client.close();
  });

  it('[OB6] takes back what never was on the wire, and says too late otherwise', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    stage.server.isSilent = true;
    const onWire = client.conversations.direct('bob').send('gone');
    await stage.pass(0);
    expect(await onWire.cancel()).toBe('too-late');
    stage.server.isSilent = false;
    client.pause();
    const queued = client.conversations.direct('bob').send('never mind');
    expect(await queued.cancel()).toBe('cancelled');
    await expect(queued.sent).rejects.toMatchObject({ code: 'client.cancelled' });
    const kept = client.conversations.direct('bob').send('but this');
    client.resume();
    await stage.pass(5_000);
    expect(await textsOf(client, '@bob')).toEqual(['gone', 'but this']);
    expect((await kept.sent).seq).toBe(3);
    await client.close();
  });

  it('[OB7] shows a refusal, and sends anew only when asked', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    stage.server.refusesSend = () => ({ code: 'message.too_large' });
    const chat = client.conversations.direct('bob');
    const refused = chat.send('first');
    await stage.pass(10);
    stage.server.refusesSend = () => null;
    chat.send('second');
    await stage.pass(10);
    await expect(refused.sent).rejects.toMatchObject({ code: 'message.too_large' });
    expect(await textsOf(client, '@bob')).toEqual(['second', '(failed) first']);
    refused.retry();
    await stage.pass(10);
    expect(await textsOf(client, '@bob')).toEqual(['second', 'first']);
    expect(stage.server.sent('send').map(({ counter }) => counter)).toEqual([1, 2, 3]);
    await client.close();
  });

  it('[TL7] has what was refused for the newest until something is stored after it', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const chat = client.conversations.direct('bob');
    const last = (): unknown => {
      const { last } = chat.info.get();
      return last?.kind === 'text' ? `${last.text}, ${last.state}` : null;
    };
    chat.send('before');
    await stage.pass(10);
    stage.server.refusesSend = () => ({ code: 'message.too_large' });
    chat.send('too long');
    await stage.pass(10);
    expect(last()).toBe('too long, failed');
    stage.server.refusesSend = () => null;
    chat.send('after');
    expect(last()).toMatch(/^after, /);
    await stage.pass(10);
    expect(last()).toBe('after, sent');
    await client.close();
  });

  it('[OB7] still shows it as failed after a restart', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice', device);
    stage.server.refusesSend = () => ({ code: 'message.invalid' });
    client.conversations.direct('bob').send('hello');
    await stage.pass(10);
    await client.close();
    const again = await stage.online('alice', device);
    again.conversations.direct('bob').messages.get();
    await stage.pass(10);
    expect(await textsOf(again, '@bob')).toEqual(['(failed) hello']);
    expect(again.outbox.get()).toMatchObject([{ state: 'failed', error: { code: 'message.invalid' } }]);
    again.outbox.retryAll();
    stage.server.refusesSend = () => null;
    await stage.pass(10);
    expect(again.outbox.get()).toEqual([]);
    await again.close();
  });

  it('[OB8] waits when it is told to, and keeps the order of what follows', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    let isBusy = true;
    stage.server.refusesSend = () => (isBusy ? { code: 'limit.rate', retryAfterMs: 5_000 } : null);
    for (let i = 0; i < 5; i++) client.conversations.direct('bob').send(`${i}`);
    await stage.pass(4_000);
    isBusy = false;
    expect((await textsOf(client, '@bob')).every((text) => text.startsWith('(sending)'))).toBe(true);
    await stage.pass(2_000);
    expect(await textsOf(client, '@bob')).toEqual(['0', '1', '2', '3', '4']);
    await client.close();
  });

  it('[OB9] finds its place again when the server has forgotten how far it counted', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const chat = client.conversations.direct('bob');
    for (const text of ['one', 'two']) chat.send(text);
    await stage.pass(100);
    stage.server.counters.clear();
    chat.send('three');
    chat.send('four');
    await stage.pass(5_000);
    expect(await textsOf(client, '@bob')).toEqual(['one', 'two', 'three', 'four']);
    await client.close();
  });

  it('[OB9] does not send what the log already has when its counter means nothing any more', async () => {
    const stage = new Stage();
    const bob = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice', new FakeDevice(), { window: { conversations: 0 } });
    const chat = client.conversations.direct('bob');
    chat.send('stored and answered');
    await stage.pass(10);
    chat.send('stored, unanswered');
    await stage.pass(0);
    stage.server.live?.cut();
    stage.server.counters.clear();
    await stage.pass(5_000);
    expect(bob.entries).toHaveLength(3);
    expect(client.outbox.get()).toEqual([]);
    await client.close();
  });

  it('[OB10] doubts the connection when nothing was answered for 20 s', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const peer = stage.server.live;
    client.conversations.direct('bob').send('hello');
    // Swallowed: the server lives and does not answer this one.
    stage.server.refusesSend = () => ({ code: 'server.overloaded', retryAfterMs: 3_600_000 });
    await stage.pass(19_000);
    expect(stage.server.sent('probe')).toEqual([]);
    expect(peer?.isOpen).toBe(true);
    await client.close();
  });

  it('[OB11] writes to a person before there is a conversation, and before there is a network', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    stage.world.user('bob');
    stage.server.isReachable = false;
    const client = stage.client({ dev: 'alice' }, device);
    const chat = client.conversations.direct('bob');
    chat.send('first words');
    await stage.pass(300);
    expect(chat.info.get()).toMatchObject({ exists: false, title: 'bob' });
    expect(client.conversations.list().get()).toEqual([chat]);
    await client.close();
    stage.server.isReachable = true;
    const again = await stage.online('alice', device);
    await stage.pass(100);
    expect(await textsOf(again, '@bob')).toEqual(['first words']);
    expect(again.conversations.direct('bob').info.get()).toMatchObject({ exists: true, title: 'Bob' });
    await again.close();
  });

  it('[OB11] fails what was written to nobody', async () => {
    const stage = new Stage();
    const client = await stage.online('alice');
    const sending = client.conversations.direct('nobody').send('hello?');
    await stage.pass(100);
    await expect(sending.sent).rejects.toMatchObject({ code: 'user.not_found' });
    expect(await sending.cancel()).toBe('cancelled');
    expect(await textsOf(client, '@nobody')).toEqual([]);
    expect(client.conversations.list().get()).toEqual([]);
    await client.close();
  });

  it('[OB12] tells of a refusal once it is written down, and does not ask again in its next life', async () => {
    const stage = new Stage();
    const order: string[] = [];
    const device = new FakeDevice(
      watching(({ outbox }) => order.push(...outbox.map(({ refusal }) => refusal || 'waiting'))),
    );
    const client = await stage.online('alice', device);
    const sending = client.conversations.direct('nobody').send('hello?');
    sending.sent.catch(({ code }) => order.push(`told ${code}`));
    await stage.pass(100);
    expect(order).toEqual(['waiting', 'user.not_found', 'told user.not_found']);
    await client.close();
    stage.world.user('nobody');
    const again = await stage.online('alice', device);
    await stage.pass(100);
    expect(await textsOf(again, '@nobody')).toEqual(['(failed) hello?']);
    await again.close();
  });

  it('[TL5] shows own edits, recalls and reactions at once, and takes refused ones off again', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const chat = client.conversations.direct('bob');
    chat.send('first');
    await stage.pass(10);
    await textsOf(client, '@bob');
    const message = () => chat.messages.get().at(-1)!;
    stage.server.refusesSend = ({ kind }) => (kind === 3 ? { code: 'message.recall_window_passed' } : null);
    const edited = client.messages.edit(message(), 'second');
    const reacted = client.messages.react(message(), '👍');
    expect(message()).toMatchObject({ text: 'second', reactions: [{ key: '👍', mine: true }] });
    await stage.pass(10);
    await Promise.all([edited, reacted]);
    const recalled = client.messages.recall(message());
    recalled.catch(() => undefined);
    expect(message()).toMatchObject({ kind: 'recalled', recalled: { text: 'first' } });
    await stage.pass(10);
    await expect(recalled).rejects.toMatchObject({ code: 'message.recall_window_passed' });
    expect(message()).toMatchObject({ kind: 'text', text: 'second' });
    const off = client.messages.react(message(), '👍');
    expect(message().reactions).toEqual([]);
    await stage.pass(10);
    await off;
    await client.close();
  });
});

/** A store that tells of every batch before it takes it. */
function watching(look: (batch: CacheBatch) => void): CacheProvider {
  return tampered((inner) => ({
    apply: async (batch) => {
      look(batch);
      await inner.apply(batch);
    },
  }));
}
