import { afterEach, describe, expect, it } from 'vitest';
import type { ClientFacade } from '../facade/client-facade.ts';
import { FakeProfile, type FakeWindow } from '../test/fake-profile.ts';
import { Stage, textsOf } from '../test/stage.ts';

describe('windows of one person', () => {
  const open: ClientFacade[] = [];
  afterEach(async () => {
    await Promise.race([
      Promise.all(open.splice(0).map((client) => client.close())),
      new Promise((resolve) => setTimeout(resolve, 2000)),
    ]);
  });

  it('[WN1] share one connection: what one is told, the others show', async () => {
    const { stage, profile, log } = aStage();
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    expect(second.connection.get().state).toBe('online');
    expect(second.me.get()).toMatchObject({ id: 'alice' });
    stage.server.say(log, 'bob', 'hello');
    await pass(stage, 500);
    expect(await texts(stage, first)).toEqual(['hello']);
    expect(await texts(stage, second)).toEqual(['hello']);
    expect([first.unread.get().total, second.unread.get().total]).toEqual([1, 1]);
    expect(stage.server.openedCount).toBe(1);
  });

  it('[WN3] send through the one that leads, once, and see it at once', async () => {
    const { stage, profile } = aStage();
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    const sending = second.conversations.direct('bob').send('from the second');
    expect(sending.get()).toMatchObject({ state: 'queued', text: 'from the second' });
    await pass(stage, 500);
    await expect(sending.sent).resolves.toMatchObject({ state: 'sent', seq: 2 });
    expect(await texts(stage, first)).toEqual(['from the second']);
    expect(await texts(stage, second)).toEqual(['from the second']);
    expect(second.outbox.get()).toEqual([]);
    const [message] = second.conversations.direct('bob').messages.get().slice(-1);
    if (message === undefined) throw new Error('nothing shows');
    expect(message.clientId).toBe(sending.get().clientId);
    const edited = second.messages.edit(message, 'changed');
    await pass(stage, 500);
    await edited;
    expect(await texts(stage, first)).toEqual(['changed']);
  });

  it('[WN4] count what is read in any of them at once, and tell it to the others and the server', async () => {
    const { stage, profile, log } = aStage();
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    stage.server.say(log, 'bob', 'hello');
    await pass(stage, 500);
    second.conversations.direct('bob').markRead();
    expect(second.unread.get().total).toBe(0);
    second.conversations.direct('bob').setDraft({ text: 'half a thought' });
    second.conversations.direct('bob').setTyping();
    await pass(stage, 1_000);
    expect(first.unread.get().total).toBe(0);
    expect(stage.server.sent('read')).toHaveLength(1);
    expect(stage.server.sent('typing')).toHaveLength(1);
    expect(first.conversations.direct('bob').draft.get().text).toBe('half a thought');
  });

  it('[WN2] show who is typing, and stop when that is over', async () => {
    const { stage, profile, log } = aStage();
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    const bob = stage.world.user('bob').number;
    stage.server.live?.tell({ case: 'typing', value: { conversation: log.number, user: bob } });
    await pass(stage, 200);
    for (const client of [first, second]) {
      expect(
        client.conversations
          .direct('bob')
          .typing.get()
          .map(({ id }) => id),
      ).toEqual(['bob']);
    }
    stage.server.say(log, 'bob', 'there');
    await pass(stage, 200);
    for (const client of [first, second]) expect(client.conversations.direct('bob').typing.get()).toEqual([]);
  });

  it('[WN2] ask through the one that leads, and both know the answer', async () => {
    const { stage, profile, log } = aStage();
    for (let n = 0; n < 300; n++) stage.server.say(log, 'bob', `line ${n}`);
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    const timeline = second.conversations.direct('bob').open();
    timeline.subscribe(() => {});
    await pass(stage, 200);
    const older = timeline.loadOlder(100);
    await pass(stage, 500);
    await older;
    expect(timeline.get().length).toBeGreaterThanOrEqual(100);
    expect(timeline.gaps).toEqual([]);
    const group = second.conversations.createGroup({ title: 'Arden', users: ['bob'] });
    await pass(stage, 500);
    const { id } = await group;
    expect(first.conversations.get(id).info.get().title).toBe('Arden');
    await expect(settled(stage, second.conversations.get(id).update({ title: 'x' }))).rejects.toMatchObject({
      code: 'request.unknown',
    });
  });

  it('[WN6] go on when the leader is closed, with what was on its way', async () => {
    const { stage, profile, log } = aStage();
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    const sendings = ['a', 'b', 'c'].map((text) => second.conversations.direct('bob').send(text));
    void first.close();
    await pass(stage, 1_000);
    expect(second.connection.get().state).toBe('online');
    await Promise.all(sendings.map(({ sent }) => sent));
    expect(textsIn(log)).toEqual(['a', 'b', 'c']);
    expect(await texts(stage, second)).toEqual(['a', 'b', 'c']);
    second.conversations.direct('bob').send('d');
    await pass(stage, 500);
    expect(textsIn(log)).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each(['crashed', 'frozen'] as const)(
    '[WN6] take over from a leader that is %s, at any moment of a send, and lose or double nothing',
    async (how) => {
      for (let moment = 0; moment < 12; moment++) {
        const { stage, profile, log } = aStage();
        const [first, leader] = await window(stage, profile);
        const [second] = await window(stage, profile);
        const sendings = [1, 2, 3].map((n) => second.conversations.direct('bob').send(`from 2: ${n}`));
        const own = first.conversations.direct('bob').send('from 1');
        for (let turn = 0; turn < moment; turn++) await turnOf(stage);
        if (how === 'crashed') {
          leader.crash();
        } else leader.freeze();
        second.conversations.direct('bob').send('after');
        await pass(stage, 8_000);
        const stored = textsIn(log);
        expect(stored.filter((text) => text !== 'from 1')).toEqual([
          'from 2: 1',
          'from 2: 2',
          'from 2: 3',
          'after',
        ]);
        expect(stored.filter((text) => text === 'from 1').length).toBeLessThanOrEqual(1);
        await Promise.all(sendings.map(({ sent }) => sent));
        expect([...(await texts(stage, second))].toSorted()).toEqual([...stored].toSorted());
        void own;
        leader.wake();
        if (how === 'frozen') await first.close();
        else open.splice(open.indexOf(first), 1);
        await second.close();
      }
    },
    60_000,
  );

  it('[WN6] a leader that wakes up follows, and what only it had is sent', async () => {
    const { stage, profile, log } = aStage();
    const [first, leader] = await window(stage, profile);
    const [second] = await window(stage, profile);
    leader.freeze();
    second.conversations.direct('bob').send('while it slept');
    await pass(stage, 8_000);
    leader.wake();
    first.conversations.direct('bob').send('awake');
    await pass(stage, 1_000);
    expect(first.connection.get().state).toBe('online');
    expect(textsIn(log)).toEqual(['while it slept', 'awake']);
    expect(await texts(stage, first)).toEqual(['while it slept', 'awake']);
    expect(await texts(stage, second)).toEqual(['while it slept', 'awake']);
    expect(stage.server.peers.filter(({ isOpen }) => isOpen)).toHaveLength(1);
  });

  it('[WN5] check what was typed, wherever it was typed', async () => {
    const { stage, profile } = aStage();
    await window(stage, profile);
    const page = profile.open();
    stage.server.refusesSignIn = (auth) =>
      auth?.case === 'password' ? { close: 'badCredentials', reason: 'auth.bad_credentials' } : null;
    const second = stage.client({ user: 'alice', password: 'wrong' }, undefined, page.world(stage.server));
    open.push(second);
    await pass(stage, 500);
    expect(second.connection.get()).toMatchObject({ state: 'blocked' });
    await second.close();
    await pass(stage, 1_000);
    expect(open[0]?.connection.get().state).toBe('online');
  });

  it('[WN5] signing out in one of them signs all of them out', async () => {
    const { stage, profile } = aStage();
    const [first] = await window(stage, profile);
    const [second] = await window(stage, profile);
    await settled(stage, second.signOut());
    expect(stage.server.sent('goodbye')[0]).toMatchObject({ signOut: true });
    expect(first.connection.get()).toMatchObject({ state: 'blocked', error: { code: 'auth.required' } });
  });

  it.each([0, 1])(
    '[WN7] signing out in window %i, with all that is kept, leaves nothing anywhere',
    async (which) => {
      const { stage, profile, log } = aStage();
      const [first] = await window(stage, profile);
      const [second] = await window(stage, profile);
      const [third] = await window(stage, profile);
      stage.server.say(log, 'bob', 'hello');
      await pass(stage, 500);
      for (const client of [first, second, third]) expect(await texts(stage, client)).toEqual(['hello']);
      const [leaves, others] = which === 0 ? [first, [second, third]] : [second, [first, third]];
      await settled(stage, leaves.signOut({ wipe: true }));
      await pass(stage, 2_000);
      expect(stage.server.sent('goodbye')[0]).toMatchObject({ signOut: true });
      for (const client of others) {
        expect(client.connection.get()).toMatchObject({ state: 'blocked', error: { code: 'auth.required' } });
        expect(client.conversations.list().get()).toEqual([]);
        expect(await texts(stage, client)).toEqual([]);
        await client.close();
      }
      const store = await profile.open().cache.open('alice');
      expect(await store.load()).toEqual({
        values: new Map(),
        users: [],
        conversations: [],
        outbox: [],
        counters: [],
      });
      expect(await store.readEntries(log.number as never, { from: 1, to: 99 } as never)).toEqual([]);
    },
  );

  async function window(stage: Stage, profile: FakeProfile): Promise<readonly [ClientFacade, FakeWindow]> {
    const page = profile.open();
    const client = stage.client({ dev: 'alice' }, undefined, page.world(stage.server));
    open.push(client);
    // The code for a second window is loaded in real time.
    for (let tries = 0; tries < 50 && client.connection.get().state !== 'online'; tries++)
      await pass(stage, 100);
    return [client, page];
  }
});

function aStage() {
  const stage = new Stage();
  return { stage, profile: new FakeProfile(stage.clock), log: stage.world.direct('alice', 'bob') };
}

/** The fake database lives in real time. */
async function turnOf(stage: Stage): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  await stage.pass(1);
}

async function pass(stage: Stage, ms: number): Promise<void> {
  for (let part = 0; part < 40; part++) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
    await stage.pass(ms / 40);
  }
}

async function settled<T>(stage: Stage, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await pass(stage, 500);
  return promise;
}

async function texts(stage: Stage, client: ClientFacade): Promise<readonly string[]> {
  await textsOf(client, '@bob');
  await pass(stage, 50);
  return textsOf(client, '@bob');
}

function textsIn(log: ReturnType<Stage['world']['direct']>): string[] {
  const decoder = new TextDecoder();
  return log.entries.slice(1).map(({ body }) => decoder.decode(body.subarray(2)));
}
