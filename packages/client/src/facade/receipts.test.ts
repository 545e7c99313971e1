import { ENTRY_KIND } from '@skein/model';
import { encodeMessage, writeReaction } from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { FakeDevice, Stage, tampered, textsOf } from '../test/stage.ts';

describe('receipts', () => {
  it('[RM2] tells what arrived in one frame for many, within 200 ms', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await stage.pass(1_000);
    stage.server.received.length = 0;
    for (let i = 0; i < 50; i++) {
      stage.server.say(chat, 'bob', `${i}`);
      await stage.pass(3);
    }
    await stage.pass(200);
    const told = stage.server.sent('received');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ pushes: 50, delivered: [{ conversation: chat.number, seq: 51 }] });
    await client.close();
  });

  it('[RM3] tells only what the store of the device has', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    let stuck = Promise.resolve();
    let release = () => {};
    const slow = tampered((inner) => ({ apply: (batch) => stuck.then(() => inner.apply(batch)) }));
    const client = await stage.online('alice', new FakeDevice(slow));
    await stage.pass(1_000);
    stage.server.received.length = 0;
    stuck = new Promise((resolve) => {
      release = resolve;
    });
    stage.server.say(chat, 'bob', 'hello');
    await stage.pass(5_000);
    expect(stage.server.sent('received')).toEqual([]);
    release();
    await stage.pass(10);
    expect(stage.server.sent('received')).toMatchObject([{ pushes: 1 }]);
    await client.close();
  });

  it('[RM3] does not call delivered what lies behind a hole', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await stage.pass(1_000);
    stage.server.received.length = 0;
    stage.world.append(chat, 2, { kind: ENTRY_KIND.reaction, target: 1, body: reaction('👍') });
    const late = stage.world.append(chat, 2, { kind: ENTRY_KIND.reaction, target: 1, body: reaction('🎉') });
    const { seq, timeMs, ordinal, sender, kind, target, body } = late;
    // The hole is being asked for; until it is filled only what is before it counts.
    stage.server.live?.tell({
      case: 'push',
      value: { conversation: chat.number, seq, timeMs, ordinal, sender, kind, target, body },
    });
    await stage.pass(1);
    stage.server.isSilent = true;
    await stage.pass(300);
    stage.server.isSilent = false;
    await stage.pass(60_000);
    const delivered = stage.server
      .sent('received')
      .flatMap((frame) => frame.delivered.map((upto) => upto.seq));
    expect(delivered.every((at) => at === 1 || at === 3)).toBe(true);
    await client.close();
  });

  it('[RM4] counts a message as read at once, tells it once for many, and never goes back', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    for (let i = 0; i < 10; i++) stage.server.say(chat, 'bob', `${i}`);
    await stage.pass(10);
    const { messages } = client.conversations.get('@bob');
    for (const message of messages.get().slice(1, 6)) client.conversations.get('@bob').markRead(message);
    expect(client.unread.get().total).toBe(5);
    client.conversations.get('@bob').markRead(messages.get()[1]);
    expect(client.unread.get().total).toBe(5);
    await stage.pass(1_000);
    expect(stage.server.sent('read')).toMatchObject([{ seq: 6 }]);
    client.conversations.get('@bob').markRead();
    expect(client.unread.get()).toEqual({ total: 0, conversations: 0 });
    await client.close();
  });

  it('[RM5] takes along with the next sync what was read without a connection, across restarts', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 0; i < 5; i++) stage.server.say(chat, 'bob', `${i}`);
    const client = await stage.online('alice', device);
    await textsOf(client, '@bob');
    client.pause();
    client.conversations.get('@bob').markRead();
    await client.close();
    const again = await stage.online('alice', device);
    expect(stage.server.sent('sync').at(-1)?.read).toMatchObject([{ conversation: chat.number, seq: 6 }]);
    expect(again.unread.get().total).toBe(0);
    expect(chat.read.get(1)).toBe(6);
    await again.close();
  });

  it('[RM5] says it again when it was not confirmed, and stops when it was', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    stage.server.say(chat, 'bob', 'hello');
    await stage.pass(10);
    const readUpTo = stage.world.readUpTo.bind(stage.world);
    stage.world.readUpTo = () => false;
    client.conversations.get('@bob').markRead();
    await stage.pass(15_000);
    expect(stage.server.sent('read')).toHaveLength(1);
    stage.world.readUpTo = readUpTo;
    await stage.pass(600_000);
    expect(stage.server.sent('read')).toHaveLength(2);
    await client.close();
  });

  it('[RM1] shows how far the others are, and hears of it once', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    client.conversations.get('@bob').send('hello');
    await stage.pass(10);
    const receipts: unknown[] = [];
    client.on('receipt', ({ user, delivered, read }) => receipts.push([user.id, delivered, read]));
    const last = () => client.conversations.get('@bob').messages.get().at(-1)?.receipts;
    expect(last()).toEqual({ delivered: 0, read: 0, of: 1 });
    for (const [delivered, read] of [
      [2, 0],
      [2, 2],
      [1, 1],
    ]) {
      stage.server.live?.tell({
        case: 'marker',
        value: { conversation: chat.number, user: 2, delivered, read },
      });
    }
    await stage.pass(10);
    expect(last()).toEqual({ delivered: 1, read: 1, of: 1 });
    expect(receipts).toEqual([
      ['bob', 2, 0],
      ['bob', 2, 2],
    ]);
    expect(client.conversations.get('@bob').info.get()).toMatchObject({ peerDelivered: 2, peerRead: 2 });
    await client.close();
  });

  it('[TY1] tells of own keys once in three seconds, and once when they rest', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const chat = client.conversations.get('@bob');
    for (let i = 0; i < 70; i++) {
      chat.setTyping();
      await stage.pass(100);
    }
    chat.setTyping(false);
    chat.setTyping(false);
    await stage.pass(10);
    expect(stage.server.sent('typing').map(({ stopped }) => stopped)).toEqual([false, false, false, true]);
    await client.close();
  });

  it('[TY2] shows who types, for six seconds or until they stop, write or are gone', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const names: string[] = [];
    client.conversations
      .get('@bob')
      .typing.subscribe((users) => names.push(users.map(({ id }) => id).join()));
    const type = (stopped = false) =>
      stage.server.live?.tell({ case: 'typing', value: { conversation: chat.number, user: 2, stopped } });
    type();
    await stage.pass(4_000);
    type();
    await stage.pass(6_010);
    expect(names).toEqual(['', 'bob', '']);
    type();
    await stage.pass(10);
    type(true);
    await stage.pass(10);
    type();
    await stage.pass(10);
    stage.server.say(chat, 'bob', 'there');
    await stage.pass(10);
    type();
    await stage.pass(10);
    stage.server.live?.cut();
    await stage.pass(0);
    expect(names).toEqual(['', 'bob', '', 'bob', '', 'bob', '', 'bob', '']);
    await client.close();
  });
});

function reaction(key: string): Uint8Array {
  return encodeMessage(writeReaction, { key });
}
