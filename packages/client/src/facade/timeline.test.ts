import { ENTRY_KIND } from '@skein/model';
import {
  encodeMessage,
  MemberAction,
  writeContent,
  writeMemberChange,
  writeSettingsChange,
} from '@skein/protocol';
import { describe, expect, it } from 'vitest';
import { bodyOfText } from '../test/fake-world.ts';
import { FakeDevice, Stage, tampered, textsOf } from '../test/stage.ts';

describe('a timeline', () => {
  it('[TL1] opens at the newest page and pages back to the beginning', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i < 180; i++) stage.server.say(chat, 'bob', `${i}`);
    const client = await stage.online('alice');
    const { messages } = client.conversations.get('@bob');
    messages.get();
    await stage.pass(20);
    expect(messages.get().map(({ seq }) => seq)).toEqual(range(131, 180));
    expect([messages.older, messages.newer]).toEqual(['can-load', 'exhausted']);
    const loading = messages.loadOlder(100);
    expect(messages.older).toBe('loading');
    await stage.pass(20);
    await loading;
    expect(messages.get().map(({ seq }) => seq)).toEqual(range(31, 180));
    await Promise.all([messages.loadOlder(100), stage.pass(20)]);
    expect(messages.get().map(({ seq }) => seq)).toEqual(range(1, 180));
    expect(messages.older).toBe('exhausted');
    await messages.loadOlder();
    expect(messages.gaps).toEqual([]);
    await client.close();
  });

  it('[TL1] declares what it does not have, and fills it when asked', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i < 20; i++) stage.server.say(chat, 'bob', `${i}`);
    const window = { conversations: 50, entriesFirst: 30, entriesMissed: 30 };
    const client = await stage.online('alice', device, { window });
    const { messages } = client.conversations.get('@bob');
    messages.get();
    await stage.pass(300);
    client.pause();
    for (let i = 20; i < 1_000; i++) stage.server.say(chat, 'bob', `${i}`);
    client.resume();
    await stage.pass(100);
    expect(messages.gaps).toMatchObject([{ fromSeq: 21, toSeq: 870, isLoading: false }]);
    await Promise.all([messages.fillGap(messages.gaps[0]!), stage.pass(20)]);
    expect(messages.gaps).toMatchObject([{ fromSeq: 21, toSeq: 770 }]);
    expect(messages.get().at(-1)?.seq).toBe(1_000);
    await client.close();
  });

  it('[TL1] shows what this device has to whoever looked before its store was open', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i <= 3; i++) stage.server.say(chat, 'bob', `${i}`);
    const client = await stage.online('alice', device);
    await client.close();
    stage.server.isReachable = false;
    const offline = stage.client({ dev: 'alice' }, device);
    const { messages } = offline.conversations.get('@bob');
    const stop = messages.subscribe(() => undefined);
    await stage.pass(10);
    expect(messages.get().flatMap((one) => (one.kind === 'text' ? [one.text] : []))).toEqual(['1', '2', '3']);
    expect(messages.gaps).toEqual([]);
    stop();
    await offline.close();
  });

  it('[TL1] shows what this device has when there is no network, and rejects what it has not', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i < 300; i++) stage.server.say(chat, 'bob', `${i}`);
    const client = await stage.online('alice', device);
    await Promise.all([client.conversations.get('@bob').messages.loadOlder(), stage.pass(500)]);
    await client.close();
    stage.server.isReachable = false;
    const offline = stage.client({ dev: 'alice' }, device);
    await stage.pass(10);
    const { messages } = offline.conversations.get('@bob');
    messages.get();
    await stage.pass(10);
    expect(messages.status).toBe('cache');
    expect(messages.get()).toHaveLength(50);
    await messages.loadOlder();
    expect(messages.get()).toHaveLength(100);
    expect(messages.gaps).toEqual([]);
    await expect(messages.loadOlder()).rejects.toMatchObject({ code: 'network.offline' });
    await offline.close();
  });

  it('[TL1] jumps anywhere, and back', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i < 500; i++) stage.server.say(chat, 'bob', `${i}`);
    const client = await stage.online('alice');
    const { messages } = client.conversations.get('@bob');
    await Promise.all([messages.jumpTo({ seq: 200 }), stage.pass(50)]);
    expect(messages.get().map(({ seq }) => seq)).toEqual(range(170, 230));
    expect([messages.older, messages.newer]).toEqual(['can-load', 'can-load']);
    await Promise.all([messages.loadNewer(), stage.pass(50)]);
    expect(messages.get().at(-1)?.seq).toBe(280);
    await Promise.all([messages.jumpTo('latest'), stage.pass(50)]);
    expect(messages.get().map(({ seq }) => seq)).toEqual(range(451, 500));
    const window = client.conversations.get('@bob').open('unread');
    window.get();
    await stage.pass(50);
    expect(window.view.get().firstUnreadSeq).toBe(2);
    expect(window.get()[0]?.seq).toBe(1);
    window.close();
    await client.close();
  });

  it('[TL2] keeps the same object for a message that did not change', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const said = ['one', 'two', 'three'].map((text) => stage.server.say(chat, 'bob', text));
    await stage.pass(10);
    const { messages } = client.conversations.get('@bob');
    const before = messages.get();
    stage.server.commit(chat, 'bob', {
      kind: ENTRY_KIND.edit,
      target: said[1]?.seq ?? 0,
      body: bodyOfText('TWO'),
    });
    await stage.pass(10);
    const after = messages.get();
    expect(after).not.toBe(before);
    expect(after.map((message, index) => message === before[index])).toEqual([true, true, false, true]);
    stage.server.live?.tell({ case: 'typing', value: { conversation: chat.number, user: 2 } });
    await stage.pass(10);
    expect(messages.get()).toBe(after);
    await client.close();
  });

  it('[TL3] folds edits, recalls and reactions, whatever came first', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const { seq: target } = stage.server.say(chat, 'bob', 'draft');
    const other = stage.server.say(chat, 'bob', 'secret');
    stage.server.commit(chat, 'bob', { kind: ENTRY_KIND.edit, target, body: bodyOfText('final') });
    stage.server.commit(chat, 'bob', { kind: ENTRY_KIND.recall, target: other.seq });
    await stage.pass(10);
    const [, edited, recalled] = client.conversations.get('@bob').messages.get();
    expect(edited).toMatchObject({ kind: 'text', text: 'final', editedAt: expect.any(Date) });
    expect(recalled).toMatchObject({ kind: 'recalled', recalled: { by: { id: 'bob' }, text: null } });
    expect(client.conversations.get('@bob').info.get().last).toMatchObject({ kind: 'recalled' });
    // Nothing of it is left on this device.
    const stored = client.engine.parts.logs.get(chat.number as never)?.get(other.seq as never);
    expect(stored?.body).toHaveLength(0);
    await client.close();
  });

  it('[TL3] gives an own recalled message back as it was last', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const { seq: target } = stage.server.say(chat, 'alice', 'draft');
    stage.server.commit(chat, 'alice', { kind: ENTRY_KIND.edit, target, body: bodyOfText('final') });
    stage.server.commit(chat, 'alice', { kind: ENTRY_KIND.recall, target });
    await stage.pass(10);
    const recalled = client.conversations.get('@bob').messages.get().at(-1);
    expect(recalled).toMatchObject({ kind: 'recalled', mine: true, recalled: { text: 'final' } });
    await client.close();
  });

  it('[TL3] does not take words in again from a page that was read before they were recalled', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i < 200; i++) stage.server.say(chat, 'bob', `${i}`);
    const client = await stage.online('alice', device);
    const { messages } = client.conversations.get('@bob');
    messages.get();
    await stage.pass(50);
    const target = 120;
    const words = chat.entries[target - 1]?.body;
    stage.server.commit(chat, 'bob', { kind: ENTRY_KIND.recall, target });
    // The page was read from the log before, and leaves the server after the push.
    const recall = chat.entries.pop()!;
    chat.entries[target - 1]!.body = words!;
    await stage.pass(200);
    await Promise.all([messages.loadOlder(100), stage.pass(300)]);
    chat.entries.push(recall);
    const store = await device.cache.open('alice');
    const [stored] = await store.readEntries(chat.number as never, {
      from: target as never,
      to: target as never,
    });
    expect(stored?.body).toHaveLength(0);
    expect(messages.get().find(({ seq }) => seq === target)).toMatchObject({ kind: 'recalled' });
    await client.close();
  });

  it('[TL4] keeps and shows what it does not know, and shows it better after an update', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const future = new Uint8Array([...encodeMessage(writeContent, { fallback: 'a new thing' }), 0x2a, 1, 7]);
    stage.server.commit(chat, 'bob', { body: future });
    stage.server.commit(chat, 'bob', { kind: 77, body: Uint8Array.of(1, 2, 3) });
    stage.server.commit(chat, 'bob', { body: Uint8Array.of(0xff, 0xff, 0xff) });
    await stage.pass(10);
    const [, known, kind, broken] = client.conversations.get('@bob').messages.get();
    expect(known).toMatchObject({ kind: 'unsupported', fallback: 'a new thing' });
    expect(kind).toMatchObject({ kind: 'unsupported', fallback: '' });
    expect(broken).toMatchObject({ kind: 'unsupported', fallback: '' });
    // Unread counts messages, of known or unknown content, and no unknown kinds.
    expect(client.unread.get().total).toBe(2);
    await client.close();
  });

  it('[TL4] tells in events what happened to the group', async () => {
    const stage = new Stage();
    const group = stage.world.group('Arden', ['alice', 'bob', 'carol']);
    const client = await stage.online('alice');
    const id = String(group.number);
    await textsOf(client, id);
    const tips: string[] = [];
    client.on('tip', ({ event, by }) => tips.push(`${by.id}: ${event.type}`));
    const left = encodeMessage(writeMemberChange, { action: MemberAction.left, users: [3] });
    stage.server.commit(group, 'carol', { kind: ENTRY_KIND.member, body: left });
    const title = encodeMessage(writeSettingsChange, { title: 'Arden forest' });
    stage.server.commit(group, 'bob', { kind: ENTRY_KIND.settings, body: title });
    await stage.pass(10);
    expect(client.conversations.get(id).info.get()).toMatchObject({ title: 'Arden forest', memberCount: 2 });
    expect(
      client.conversations
        .get(id)
        .messages.get()
        .map((m) => m.kind === 'tip' && m.event.type),
    ).toEqual(['group.created', 'member.left', 'settings.title']);
    expect(tips).toEqual(['carol: member.left', 'bob: settings.title']);
    await client.close();
  });

  it('[TL6] keeps an own message in its row when it gets its place', async () => {
    const stage = new Stage();
    stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const keys: string[][] = [];
    const { messages } = client.conversations.get('@bob');
    const sending = client.conversations.get('@bob').send('hello');
    messages.subscribe((items) => keys.push(items.map(({ clientId }) => clientId)));
    await stage.pass(10);
    expect(new Set(keys.map((shown) => shown.at(-1)))).toEqual(new Set([sending.id]));
    expect(messages.get().at(-1)).toMatchObject({ state: 'sent', seq: 2 });
    await client.close();
  });

  it('[TL6] becomes a gap again where the store of the device has lost something', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 1; i < 20; i++) stage.server.say(chat, 'bob', `${i}`);
    await (await stage.online('alice', device)).close();
    await stage.pass(200);
    const holed = tampered(
      (inner) => ({
        readEntries: async (...of) => (await inner.readEntries(...of)).filter(({ seq }) => seq !== 7),
      }),
      device.cache,
    );
    const client = await stage.online('alice', new FakeDevice(holed));
    await textsOf(client, '@bob');
    await stage.pass(100);
    expect(stage.logs('error')).toEqual(['the store of this device has lost entries']);
    expect(await textsOf(client, '@bob')).toHaveLength(19);
    expect(client.conversations.get('@bob').messages.gaps).toEqual([]);
    await client.close();
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
