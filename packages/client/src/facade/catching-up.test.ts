import { conversationId, ENTRY_KIND, seq as toSeq } from '@skein/model';
import { describe, expect, it } from 'vitest';
import type { Events } from '../api/events.ts';
import { bodyOfText } from '../test/fake-world.ts';
import { FakeDevice, Stage, textsOf } from '../test/stage.ts';

const OFFLINE_COUNT = 10_000;

describe('catching up', () => {
  it('[CU2] continues where it was told of, from pushes that say neither seq nor time', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const said = ['one', 'two', 'three'].map((text) => stage.server.say(chat, 'bob', text));
    await stage.pass(10);
    const items = client.conversations
      .get('@bob')
      .messages.get()
      .filter(({ kind }) => kind === 'text');
    expect(items.map(({ seq, at }) => [seq, at.getTime()])).toEqual(
      said.map(({ seq, timeMs }) => [seq, timeMs]),
    );
    await client.close();
  });

  it('[CU3] shows what comes twice once', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const seen: string[] = [];
    client.on('message', ({ message }) => seen.push(message.id));
    const { seq, ordinal, timeMs, sender, body } = stage.server.say(chat, 'bob', 'hello');
    for (let i = 0; i < 3; i++) {
      const explicit = { conversation: chat.number, seq, ordinal, timeMs, sender, body };
      stage.server.live?.tell({ case: 'push', value: explicit });
    }
    await stage.pass(10);
    expect(await textsOf(client, '@bob')).toEqual(['hello']);
    expect(seen).toEqual(['@bob/2']);
    expect(client.unread.get()).toEqual({ total: 1, conversations: 1 });
    await client.close();
  });

  it('[CU4] applies all that was missed as one piece of work', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const chats = ['bob', 'carol', 'dave'].map((name) => stage.world.direct('alice', name));
    const client = await stage.online('alice', device);
    const counts = { unread: 0, list: 0, timeline: 0 };
    await textsOf(client, '@bob');
    client.pause();
    for (const chat of chats.toReversed()) {
      const sender = [...stage.world.users.values()].find(
        ({ number }) => chat.members.has(number) && number > 1,
      );
      for (let i = 0; i < 100; i++) stage.server.say(chat, sender?.id ?? '', `${i}`);
    }
    client.unread.subscribe(() => counts.unread++);
    client.conversations.list().subscribe(() => counts.list++);
    client.conversations.get('@bob').messages.subscribe(() => counts.timeline++);
    client.resume();
    await stage.pass(100);
    // Each was told its value when it subscribed.
    expect(counts).toMatchObject({ unread: 2, list: 2, timeline: 2 });
    expect(client.unread.get()).toEqual({ total: 300, conversations: 3 });
    expect(await textsOf(client, '@bob')).toHaveLength(100);
    await client.close();
  });

  it(`[CU4] takes ${OFFLINE_COUNT} missed messages in under a second, with one badge and one list`, async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    client.pause();
    for (let i = 0; i < OFFLINE_COUNT; i++) stage.server.say(chat, 'bob', `message ${i}`);
    const badges: number[] = [];
    const lengths: number[] = [];
    let lists = 0;
    client.unread.subscribe(({ total }) => badges.push(total));
    client.conversations.list().subscribe(() => lists++);
    client.conversations.get('@bob').messages.subscribe((items) => lengths.push(items.length));
    client.conversations.get('@bob').info.subscribe(() => {});
    const startedAtMs = performance.now();
    client.resume();
    await stage.pass(50);
    const tookMs = performance.now() - startedAtMs;
    console.log(`${OFFLINE_COUNT} offline messages, on the screen and stored: ${tookMs.toFixed(0)} ms`);
    expect(badges).toEqual([0, OFFLINE_COUNT]);
    expect(lengths).toEqual([1, OFFLINE_COUNT + 1]);
    // The one conversation there is kept its place: no list changed.
    expect(lists).toBe(1);
    expect(tookMs).toBeLessThan(1_000);
    await client.close();
  });

  it('[CU4] takes all that was missed also when the server was empty before', async () => {
    const stage = new Stage();
    const client = await stage.online('alice');
    client.pause();
    const chat = stage.world.direct('alice', 'bob');
    for (let i = 0; i < 100; i++) stage.server.say(chat, 'bob', `${i}`);
    let heard = 0;
    client.on('message', () => heard++);
    client.resume();
    await stage.pass(50);
    expect(heard).toBe(100);
    await client.close();
  });

  it('[CU5] knows that nothing is missing, and fetches everything again when something is', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const discontinuities: Events['discontinuity'][] = [];
    client.on('discontinuity', (event) => discontinuities.push(event));
    expect(stage.server.sent('sync')).toHaveLength(1);
    // Committed and told to nobody, as if a push and the report of it were lost.
    client.pause();
    const { position } = stage.world;
    stage.world.append(chat, stage.world.user('bob').number, { body: bodyOfText('lost') });
    chat.position = position;
    chat.entries.splice(-1, 1, { ...chat.entries.at(-1)!, position });
    client.resume();
    await stage.pass(100);
    expect(discontinuities).toEqual([{ reason: 'digest', origin: 'live' }]);
    expect(stage.server.sent('sync').map(({ cursor }) => cursor)).toEqual([0, 1, 0]);
    expect(await textsOf(client, '@bob')).toEqual(['lost']);
    await client.close();
  });

  it('[CU5] leaves what the full answer does not name', async () => {
    const stage = new Stage();
    const group = stage.world.group('Arden', ['alice', 'bob']);
    const client = await stage.online('alice');
    client.pause();
    // Removed, and the tombstone lost.
    group.members.delete(stage.world.user('alice').number);
    client.resume();
    await stage.pass(100);
    expect(client.conversations.list().get()).toEqual([]);
    expect(client.conversations.get('1').info.get()).toMatchObject({ exists: true, role: null });
    await client.close();
  });

  it('[CU6] repairs held messages that were changed inside a hole', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice', new FakeDevice(), {
      window: { conversations: 50, entriesFirst: 50, entriesMissed: 20 },
    });
    const first = stage.server.say(chat, 'bob', 'before');
    await stage.pass(10);
    expect(await textsOf(client, '@bob')).toEqual(['before']);
    client.pause();
    stage.server.commit(chat, 'bob', {
      kind: ENTRY_KIND.edit,
      target: first.seq,
      body: bodyOfText('edited'),
    });
    for (let i = 0; i < 500; i++) stage.server.say(chat, 'bob', `${i}`);
    client.resume();
    await stage.pass(20);
    const { items, gaps } = client.conversations.get('@bob').messages.view.get();
    expect(items[1]).toMatchObject({ text: 'edited' });
    expect(gaps).not.toEqual([]);
    await client.close();
  });

  it('[CU6] repairs them also when it has to ask for the changes page by page', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const device = new FakeDevice();
    const client = await stage.online('alice', device);
    const first = stage.server.say(chat, 'bob', 'before');
    await stage.pass(500);
    await client.close();
    stage.server.commit(chat, 'bob', {
      kind: ENTRY_KIND.edit,
      target: first.seq,
      body: bodyOfText('edited'),
    });
    for (let i = 0; i < 400; i++) stage.server.say(chat, 'bob', `${i}`);
    const answer = stage.world.answer.bind(stage.world);
    stage.world.answer = (user, ask) => {
      const result = answer(user, { ...ask, conversations: 0 });
      const changed = result.changed?.map((state) => ({ ...state, amendments: [], amendmentsMore: true }));
      return { ...result, ...(changed === undefined ? {} : { changed }) };
    };
    const again = await stage.online('alice', device);
    await stage.pass(100);
    const asked = stage.server
      .sent('request')
      .flatMap(({ ask }) => (ask?.case === 'history' ? [ask.value] : []));
    expect(asked.filter(({ amendmentsOnly }) => amendmentsOnly)).toHaveLength(1);
    const { messages } = again.conversations.get('@bob');
    await Promise.all([messages.jumpTo({ seq: first.seq }), stage.pass(50)]);
    expect(messages.get().find(({ seq }) => seq === first.seq)).toMatchObject({ text: 'edited' });
    await again.close();
  });

  it('[CU7] pulls what it was only told of, and shows a gap until it is there', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const bob = stage.world.user('bob').number;
    for (let i = 0; i < 30; i++) stage.world.append(chat, bob, { body: bodyOfText(`${i}`) });
    const { seq, timeMs, ordinal } = chat.entries.at(-1)!;
    stage.server.live?.tell({ case: 'head', value: { conversation: chat.number, seq, timeMs, ordinal } });
    await stage.pass(1);
    expect(client.conversations.get('@bob').messages.gaps).toMatchObject([{ fromSeq: 2, toSeq: 31 }]);
    expect(client.unread.get().total).toBe(30);
    await stage.pass(10);
    expect(await textsOf(client, '@bob')).toHaveLength(30);
    expect(client.conversations.get('@bob').messages.gaps).toEqual([]);
    stage.server.say(chat, 'bob', 'and on');
    await stage.pass(10);
    expect((await textsOf(client, '@bob')).at(-1)).toBe('and on');
    await client.close();
  });

  it('[CU7] syncs instead of paging through a hole that is too wide', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    await textsOf(client, '@bob');
    const bob = stage.world.user('bob').number;
    for (let i = 0; i < 900; i++) stage.world.append(chat, bob, { body: bodyOfText(`${i}`) });
    const { seq, timeMs, ordinal } = chat.entries.at(-1)!;
    stage.server.live?.tell({ case: 'head', value: { conversation: chat.number, seq, timeMs, ordinal } });
    await stage.pass(20);
    expect(stage.server.sent('sync')).toHaveLength(2);
    expect(await textsOf(client, '@bob')).toHaveLength(900);
    await client.close();
  });

  it('[CU7] syncs when it is told to, and when it hears of a conversation it does not know', async () => {
    const stage = new Stage();
    const client = await stage.online('alice');
    stage.server.live?.tell({ case: 'resync', value: {} });
    await stage.pass(10);
    const chat = stage.world.direct('alice', 'bob');
    stage.server.say(chat, 'bob', 'surprise');
    await stage.pass(10);
    expect(stage.server.sent('sync')).toHaveLength(3);
    expect(await textsOf(client, '@bob')).toEqual(['surprise']);
    await client.close();
  });

  it('[CU8] forgets what belonged to another store, and keeps what was to be sent', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const old = stage.world.direct('alice', 'bob');
    for (let i = 0; i < 5; i++) stage.server.say(old, 'bob', `old ${i}`);
    const group = stage.world.group('Arden', ['alice', 'bob']);
    const client = await stage.online('alice', device);
    await stage.pass(200);
    client.pause();
    client.conversations.direct('bob').send('to bob, whoever keeps his letters');
    const lost = client.conversations.get(String(group.number)).send('to the group');
    await stage.pass(200);
    stage.world.epoch = 'epoch-2';
    stage.world.conversations.clear();
    stage.server.counters.clear();
    stage.world.position = 0;
    const reasons: string[] = [];
    client.on('discontinuity', ({ reason }) => reasons.push(reason));
    client.resume();
    await stage.pass(300);
    expect(reasons).toEqual(['epoch']);
    expect(await textsOf(client, '@bob')).toEqual(['to bob, whoever keeps his letters']);
    expect(lost.get()).toMatchObject({ state: 'failed', error: { code: 'permission.not_member' } });
    const [installation] = new Set(stage.server.sent('hello').map((hello) => hello.installation));
    expect(installation).toBeDefined();
    expect(new Set(stage.server.sent('hello').map((hello) => hello.installation)).size).toBe(1);
    await client.close();
  });

  it('[CU9] moves its cursor forward now and then, so that the next reconnect is small', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    for (let i = 0; i < 501; i++) stage.server.say(chat, 'bob', `${i}`);
    await stage.pass(100);
    const [, second] = stage.server.sent('sync');
    expect(second).toMatchObject({ conversations: 0, entriesEach: 0, cursor: 1 });
    stage.server.live?.cut();
    await stage.pass(100);
    expect(stage.server.sent('sync').at(-1)?.cursor).toBe(502);
    await client.close();
  });

  it('[CU10] erases what was recalled in a hole that its cursor passed and a break left open', async () => {
    const stage = new Stage();
    const device = new FakeDevice();
    const group = stage.world.group('Arden', ['alice', 'bob']);
    const said = stage.server.say(group, 'bob', 'to be recalled');
    const client = await stage.online('alice', device);
    await stage.pass(500);

    // Told of much at once; what changed the title comes with the first page, and moves the cursor past the others.
    const bob = stage.world.user('bob').number;
    stage.world.append(group, bob, { kind: ENTRY_KIND.recall, target: said.seq });
    for (let i = 0; i < 98; i++) stage.world.append(group, bob, { body: bodyOfText(`${i}`) });
    const { seq, timeMs, ordinal } = stage.world.append(group, bob, { kind: ENTRY_KIND.settings });
    stage.server.pageEntriesMax = 10;
    stage.server.live?.tell({ case: 'head', value: { conversation: group.number, seq, timeMs, ordinal } });
    await stage.pass(3);
    stage.server.live?.cut();
    await stage.pass(1_000);

    const cursor = stage.world.position;
    expect(stage.server.sent('sync').map((ask) => ask.cursor)).toEqual([0, cursor - 100, cursor]);
    await client.close();
    const store = await device.cache.open('alice');
    const { conversations } = await store.load();
    expect(conversations[0]?.held).toHaveLength(2);
    const at = { from: toSeq(said.seq), to: toSeq(said.seq) };
    const entries = await store.readEntries(conversationId(group.number), at);
    expect(entries.map(({ body }) => body.length)).toEqual([0]);
  });

  it('tells what happened while it was away from what happens now', async () => {
    const stage = new Stage();
    const chat = stage.world.direct('alice', 'bob');
    const client = await stage.online('alice');
    const heard: string[] = [];
    client.on('message', ({ origin, message }) =>
      heard.push(`${origin} ${message.kind === 'text' && message.text}`),
    );
    stage.server.say(chat, 'bob', 'now');
    await stage.pass(10);
    client.pause();
    stage.server.say(chat, 'bob', 'later');
    client.resume();
    await stage.pass(10);
    client.conversations.direct('bob').send('mine');
    await stage.pass(10);
    expect(heard).toEqual(['live now', 'catch-up later', 'local mine']);
    await client.close();
  });
});
