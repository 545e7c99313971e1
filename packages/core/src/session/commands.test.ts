import { StoreFullError, StoreUnavailableError } from '@skein/core';
import { conversationId } from '@skein/model';
import { encodeMessage, MemberAction, Role, type SendInit, writeContent } from '@skein/protocol';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('commands and requests', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;

  beforeEach(async () => {
    await open();
  });

  afterEach(() => scene.throwBugs());

  async function open(options: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    scene = await CoreScene.open(options);
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
  }

  it('[RQ1] answers every request once, with its id', async () => {
    const asks = [
      { case: 'findUsers', value: { users: ['ben'] } },
      { case: 'createDirect', value: { user: 'nobody' } },
      { case: 'createDirect', value: { user: 'ben' } },
      { case: 'history', value: { conversation: 1 } },
      { case: 'listMembers', value: { conversation: 1 } },
      { case: 'listDevices', value: {} },
      undefined,
    ] as const;
    asks.forEach((ask, index) => ana.say({ case: 'request', value: { id: 50 + index, ask } }));
    await settle();
    const answers = ana.all('response').toSorted((a, b) => a.id - b.id);
    expect(answers.map(({ id }) => id)).toEqual([50, 51, 52, 53, 54, 55, 56]);
    expect(answers[1]?.answer).toMatchObject({ case: 'failure', value: { code: 'user.not_found' } });
    expect(answers[6]?.answer).toMatchObject({ case: 'failure', value: { code: 'request.unknown' } });
  });

  it('[RQ2] answers every send once, also a repeated one', async () => {
    const { conversation } = await ana.createDirect('ben');
    const say = (counter: number, text: string): void =>
      ana.say({ case: 'send', value: { conversation, counter, text } });
    say(1, 'one');
    say(1, 'one');
    say(1, 'another');
    say(3, 'three');
    await settle();
    expect(ana.all('ack').map(({ counter, seq }) => [counter, seq])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(ana.all('refused').map(({ counter, code, need }) => [counter, code, need])).toEqual([
      [1, 'conflict.duplicate', 0],
      [3, '', 2],
    ]);
    expect(ben.all('push')).toHaveLength(1);
    expect(scene.core.counters).toMatchObject({ sends: 4, acknowledged: 2, refused: 1, outOfTurn: 1 });
  });

  it('[SK1, SK3] answers a keyed send by its key, and tells later where it stands', async () => {
    const { conversation } = await ana.createDirect('ben');
    const say = (key: string, text: string): void =>
      ana.say({ case: 'send', value: { conversation, key, text } });
    say('k', 'one');
    say('k', 'one');
    say('k', 'another');
    await settle();
    expect(ana.all('ack').map(({ key, seq, counter }) => [key, seq, counter])).toEqual([
      ['k', 2, 0],
      ['k', 2, 0],
    ]);
    expect(ana.last('refused')).toMatchObject({ key: 'k', code: 'conflict.duplicate' });
    expect(ben.all('push')).toHaveLength(1);
    const sent = await ana.ask({ case: 'findSent', value: { conversation, key: 'k' } });
    expect(sent).toMatchObject({ case: 'sent', value: { conversation, seq: 2, key: 'k' } });
    const bens = await ben.ask({ case: 'findSent', value: { conversation, key: 'k' } });
    expect(bens).toMatchObject({ value: { code: 'message.not_found' } });
    const dan = await scene.arrive('dan');
    const dans = await dan.ask({ case: 'findSent', value: { conversation, key: 'k' } });
    expect(dans).toMatchObject({ value: { code: 'permission.not_member' } });
  });

  it('[SK5] refuses a key beside a counter, and one that is too long', async () => {
    const { conversation } = await ana.createDirect('ben');
    ana.say({ case: 'send', value: { conversation, key: 'k', counter: 1, text: 'hello' } });
    ana.say({ case: 'send', value: { conversation, key: 'k'.repeat(65), text: 'hello' } });
    await settle();
    expect(ana.all('refused').map(({ code }) => code)).toEqual(['message.invalid', 'message.invalid']);
    ana.say({ case: 'send', value: { conversation, key: 'k'.repeat(64), text: 'hello' } });
    await settle();
    expect(ana.last('ack').seq).toBe(2);
  });

  it('[RQ2] tells strangers no more than that they are', async () => {
    const { conversation } = await ana.createDirect('ben');
    const cai = await scene.arrive('cai');
    for (const to of [conversation, 4_711]) {
      await send(cai, { conversation: to, counter: 1, text: 'hello?' });
      await send(cai, { conversation: to, counter: 1, kind: 3, target: 1 });
    }
    expect(new Set(cai.all('refused').map(({ code }) => code))).toEqual(new Set(['permission.not_member']));
    expect(cai.all('refused')).toHaveLength(4);
  });

  it('[RQ2] reads nothing for strangers', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 5; time++) await ana.text(conversation, `${time}`);
    scene = await CoreScene.open({
      store: scene.store,
      directory: scene.directory,
      limits: { recentEntriesPerConversationMax: 1 },
    });
    const cai = await scene.arrive('cai');
    const before = scene.store.readCount;
    await send(cai, { conversation, counter: 1, kind: 3, target: 2 });
    expect(cai.last('refused').code).toBe('permission.not_member');
    expect(scene.store.readCount).toBe(before);
  });

  it('[RQ3] keeps the order of sends where one of them waits for a read', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 5; time++) await ana.text(conversation, `${time}`);
    scene = await CoreScene.open({
      store: scene.store,
      directory: scene.directory,
      limits: { recentEntriesPerConversationMax: 1 },
    });
    ana = await scene.arrive('ana', { installation: 'installation-number-1', sync: {} });
    const edit = { conversation, counter: 6, kind: 2, target: 3, text: 'edited' };
    ana.say({ case: 'send', value: edit });
    for (let counter = 7; counter < 10; counter++) {
      ana.say({ case: 'send', value: { conversation, counter, text: 'behind the edit' } });
    }
    await settle();
    expect(ana.all('ack').map(({ counter, seq }) => [counter, seq])).toEqual([
      [6, 7],
      [7, 8],
      [8, 9],
      [9, 10],
    ]);
    expect(ana.all('refused')).toEqual([]);
  });

  it('[RQ5] slows down who sends too fast, over all devices, and uses no counter up', async () => {
    await open({ limits: { sendsBurstMax: 3, sendsPerSecondMax: 10 } });
    const laptop = await scene.arrive('ana');
    const { conversation } = await ana.createDirect('ben');
    for (let counter = 1; counter <= 2; counter++) {
      for (const peer of [ana, laptop]) await send(peer, { conversation, counter, text: 'quick' });
    }
    expect(laptop.last('refused')).toMatchObject({ counter: 2, code: 'limit.rate', retryAfterMs: 100 });
    scene.clock.advance(100);
    await send(laptop, { conversation, counter: 2, text: 'quick' });
    expect(laptop.last('ack').counter).toBe(2);
    await send(ben, { conversation, counter: 1, text: 'my own rate' });
    expect(ben.last('ack').counter).toBe(1);
  });

  it('[RQ5] does not forget who sent too fast when they reconnect', async () => {
    await open({ limits: { sendsBurstMax: 1, sendsPerSecondMax: 1 } });
    const { conversation } = await ana.createDirect('ben');
    await send(ana, { conversation, counter: 1, text: 'quick' });
    ana.cut();
    scene.clock.advance(scene.limits.sweepIntervalMs / 2);
    const again = await scene.arrive('ana');
    await send(again, { conversation, counter: 1, text: 'quick again' });
    expect(again.last('refused').code).toBe('limit.rate');
    again.cut();
    scene.clock.advance(2_000);
    const later = await scene.arrive('ana');
    await send(later, { conversation, counter: 1, text: 'slowly' });
    expect(later.all('ack')).toHaveLength(1);
  });

  it('[RQ5] slows down who asks too much, on this connection', async () => {
    await open({ limits: { requestsBurstMax: 3, requestsPerSecondMax: 1 } });
    const ask = { case: 'findUsers', value: { numbers: [], users: ['ben'], unknown: undefined } } as const;
    expect((await ben.ask(ask)).case).toBe('users');
    expect((await ben.ask(ask)).case).toBe('users');
    expect(await ben.ask(ask)).toMatchObject({
      case: 'failure',
      value: { code: 'limit.rate', retryAfterMs: 1_000 },
    });
    expect(ben.closed).toBeNull();
    expect((await ana.ask(ask)).case).toBe('users');
    ben.say({ case: 'sync', value: {} });
    expect(ben.closed?.reason).toBe('rateLimited');
  });

  it('[RQ6] refuses more unanswered commands than it may hold', async () => {
    await open({ limits: { pendingCommandsMax: 4 } });
    const { conversation } = await ana.createDirect('ben');
    scene.store.hold();
    for (let counter = 1; counter <= 6; counter++) {
      ana.say({ case: 'send', value: { conversation, counter, text: 'waits' } });
    }
    await settle();
    expect(ana.all('refused').map(({ counter, code }) => [counter, code])).toEqual([
      [5, 'server.overloaded'],
      [6, 'server.overloaded'],
    ]);
    scene.store.release();
    await settle();
    await send(ana, { conversation, counter: 5, text: 'waits' });
    expect(ana.all('ack').map(({ counter }) => counter)).toEqual([1, 2, 3, 4, 5]);
  });

  it('[RQ7] lists members by number, in pages, to members', async () => {
    await scene.arrive('dan');
    const cai = await scene.arrive('cai');
    const { conversation } = await ana.createGroup(['ben', 'dan']);
    const list = (peer: TestPeer, after: number): ReturnType<TestPeer['ask']> =>
      peer.ask({ case: 'listMembers', value: { conversation, after, limit: 2, unknown: undefined } });
    expect(await list(ben, 0)).toMatchObject({
      value: {
        members: [
          { user: { id: 'ana' }, role: Role.owner },
          { user: { id: 'ben' }, role: Role.member },
        ],
        more: true,
      },
    });
    expect(await list(ben, 2)).toMatchObject({ value: { members: [{ user: { id: 'dan' } }], more: false } });
    expect(await list(cai, 0)).toMatchObject({ value: { code: 'permission.not_member' } });
  });

  it('[RQ8] finds users by number and by whole id', async () => {
    const find = (numbers: number[], users: string[]): ReturnType<TestPeer['ask']> =>
      ana.ask({ case: 'findUsers', value: { numbers, users, unknown: undefined } });
    expect(await find([2, 99], ['ana', 'an', 'nobody', 'BEN'])).toMatchObject({
      value: {
        users: [
          { number: 2, id: 'ben', name: 'ben' },
          { number: 1, id: 'ana' },
        ],
      },
    });
    const many = Array.from({ length: 1_001 }, (_, index) => index);
    expect(await find(many, [])).toMatchObject({ value: { code: 'request.invalid', limit: 1_000 } });
  });

  it('[RQ9] refuses for a while what the store can not take, and goes on when it can', async () => {
    const { conversation } = await ana.createDirect('ben');
    scene.store.failNext(new StoreFullError('no room'));
    await send(ana, { conversation, counter: 1, text: 'hello' });
    expect(ana.last('refused')).toMatchObject({ counter: 1, code: 'server.storage_full' });
    await scene.clock.advanceSettled(10_000);
    scene.store.failNext(new StoreUnavailableError('gone'));
    expect(
      await ana.ask({
        case: 'createGroup',
        value: { key: 'k', title: 't', users: [], open: false, unknown: undefined },
      }),
    ).toMatchObject({
      value: { code: 'server.storage_unavailable' },
    });
    await scene.clock.advanceSettled(10_000);
    await send(ana, { conversation, counter: 1, text: 'hello' });
    expect(ana.last('ack').counter).toBe(1);
  });

  it('[RQ10] refuses what is no content for good, and lets the sends behind it through', async () => {
    const { conversation } = await ana.createDirect('ben');
    const content = encodeMessage(writeContent, { of: { case: 'text', value: 'right' }, replyTo: 1 });
    const sends: readonly SendInit[] = [
      { content: content.slice(0, -1) },
      { text: '' },
      { kind: 4, target: 1, reaction: { key: '' } },
      { kind: 77, text: 'of the future' },
      { content },
    ];
    for (const [index, rest] of sends.entries())
      await send(ana, { conversation, counter: index + 1, ...rest });
    expect(ana.all('refused').map(({ counter, code }) => [counter, code])).toEqual([
      [1, 'message.invalid'],
      [2, 'message.invalid'],
      [3, 'message.invalid'],
      [4, 'message.invalid'],
    ]);
    expect(ana.last('ack')).toMatchObject({ counter: 5, seq: 2 });
    expect(ben.last('push').body).toEqual(content);
  });

  it('[RQ1] changes members and settings, and answers when it is done', async () => {
    const cai = await scene.arrive('cai');
    const { conversation } = await ana.createGroup(['ben'], 'Arden');
    const change = (peer: TestPeer, action: number, users: string[], role = 0): ReturnType<TestPeer['ask']> =>
      peer.ask({ case: 'changeMembers', value: { conversation, action, users, role, unknown: undefined } });
    expect(await change(ana, MemberAction.unspecified, ['ben'])).toMatchObject({
      value: { code: 'request.invalid' },
    });
    expect(await change(ana, MemberAction.invited, ['nobody'])).toMatchObject({
      value: { code: 'user.not_found' },
    });
    expect((await change(ana, MemberAction.role, ['ben'], Role.admin)).case).toBe('done');
    expect((await change(ben, MemberAction.invited, ['cai'])).case).toBe('done');
    expect(await change(cai, MemberAction.kicked, ['ben'])).toMatchObject({
      value: { code: 'permission.role' },
    });
    const settings = { conversation, title: 'The forest of Arden', open: true, unknown: undefined };
    expect((await ben.ask({ case: 'changeSettings', value: settings })).case).toBe('done');
    expect(scene.core.world.conversation(conversationId(conversation))).toMatchObject({
      title: 'The forest of Arden',
      isOpen: true,
    });
    const again = await ana.createDirect('cai');
    expect((await ana.createDirect('cai')).conversation).toBe(again.conversation);
    expect(ana.closed).toBeNull();
  });
});

async function send(peer: TestPeer, value: SendInit): Promise<void> {
  peer.say({ case: 'send', value });
  await settle();
}
