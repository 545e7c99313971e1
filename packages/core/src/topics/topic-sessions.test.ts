import { TopicScene } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

let scene: TopicScene;

beforeEach(async () => {
  scene = await TopicScene.open({
    topicInFlightMax: 4,
    topicWaitingMax: 3,
    topicSessionsPerUserMax: 2,
    topicSessionExpiryMs: 3_600_000,
  });
});

describe('sessions of the broker', () => {
  it('[TP7] go on under the same name of the same user, and end the connection that had them', async () => {
    const first = await scene.connect('a', { expiryS: 60 });
    await first.subscribe('topics/x', { qos: 0 });
    const stranger = await scene.connect('a', { user: 'bob', expiryS: 60 });
    expect([first.isTakenOver, stranger.isPresent]).toEqual([false, false]);
    const second = await scene.connect('a', { expiryS: 60 });
    expect([first.isTakenOver, second.isPresent]).toEqual([true, true]);
    second.sendAtOnce('topics/x', 'to the second');
    expect([first.texts, second.texts]).toEqual([[], ['to the second']]);
    first.leave();
    expect(second.session.link).toBe(second);
    const clean = await scene.connect('a', { expiryS: 60, isCleanStart: true });
    expect([clean.isPresent, clean.session.subscriptions.size]).toEqual([false, 0]);
  });

  it('[TP7] are as many per user as may be kept', async () => {
    await scene.connect('a', { expiryS: 60 });
    await scene.connect('b', { expiryS: 60 });
    expect(await scene.tryConnect('c', { expiryS: 60 })).toMatchObject({ code: 'limit.topics' });
    await scene.connect('c');
    await scene.connect('d', { user: 'bob', expiryS: 60 });
  });

  it('[TP13] end after their expiry, or with their connection', async () => {
    const brief = await scene.connect('a');
    await brief.subscribe('topics/x');
    brief.leave({ isClean: true });
    expect(scene.topics.sessions.count).toBe(0);
    const kept = await scene.connect('b', { expiryS: 10 });
    await kept.subscribe('topics/x');
    kept.leave();
    await scene.clock.advanceSettled(9_000);
    expect(scene.topics.sessions.count).toBe(1);
    await scene.clock.advanceSettled(2_000);
    expect(scene.topics.sessions.count).toBe(0);
    expect(storedRecords()).toBe(0);
    expect((await scene.connect('b', { expiryS: 10 })).isPresent).toBe(false);
  });

  it('[TP13] change their expiry with the goodbye', async () => {
    const kept = await scene.connect('b', { expiryS: 10 });
    kept.leave({ isClean: true, expiryS: 0 });
    expect(scene.topics.sessions.count).toBe(0);
  });

  it('[TP8] send again what was not acknowledged, in order, marked, under the same identifiers', async () => {
    const [ana, sender] = [await scene.connect('a', { expiryS: 60 }), await scene.connect('s')];
    await ana.subscribe('topics/#');
    for (const [at, qos] of ([1, 2, 1] as const).entries()) {
      await sender.send('topics/x', `v${at}`, { qos, packetId: at + 1 });
    }
    await sender.send('topics/x', 'last', { qos: 1, packetId: 9 });
    const before = ana.heard.map(({ text, packetId }) => [text, packetId]);
    expect(ana.heard.every(({ isDuplicate }) => !isDuplicate)).toBe(true);
    ana.leave();
    const again = await scene.connect('a', { expiryS: 60 });
    expect(again.heard.map(({ text, packetId }) => [text, packetId])).toEqual(before);
    expect(again.heard.every(({ isDuplicate }) => isDuplicate)).toBe(true);
  });

  it('[TP8] never have more under way than the client or the server allows', async () => {
    const ana = await scene.connect('a', { expiryS: 60, receiveMaximum: 2 });
    const sender = await scene.connect('s');
    await ana.subscribe('topics/#');
    for (let n = 1; n <= 4; n++) await sender.send('topics/x', String(n), { qos: 1, packetId: n });
    expect(ana.texts).toEqual(['1', '2']);
    ana.acknowledge(ana.heard[0]?.packetId ?? 0);
    expect(ana.texts).toEqual(['1', '2', '3']);
    ana.leave();
    const again = await scene.connect('a', { expiryS: 60, receiveMaximum: 1 });
    expect(again.texts).toEqual(['2']);
    for (const text of ['2', '3', '4']) {
      expect(again.texts.at(-1)).toBe(text);
      again.acknowledge(again.heard.at(-1)?.packetId ?? 0);
    }
  });

  it('[TP9] queue for whoever is away or slow, within bounds, and drop QoS 0', async () => {
    const [ana, sender] = [await scene.connect('a', { expiryS: 60 }), await scene.connect('s')];
    await ana.subscribe('topics/#');
    ana.leave();
    sender.sendAtOnce('topics/x', 'at most once');
    for (let n = 1; n <= 5; n++) await sender.send('topics/x', String(n), { qos: 1, packetId: n });
    expect(scene.topics.counters.dropped).toBe(3);
    const again = await scene.connect('a', { expiryS: 60 });
    expect(again.texts).toEqual(['1', '2', '3']);
    again.isFull = true;
    sender.sendAtOnce('topics/x', 'dropped');
    expect(again.texts).toEqual(['1', '2', '3']);
  });

  it('[TP10] hand an exactly-once value on once, however often it is published', async () => {
    const [ana, sender] = [await scene.connect('a'), await scene.connect('s', { expiryS: 60 })];
    await ana.subscribe('topics/#');
    await sender.send('topics/x', 'once', { qos: 2, packetId: 5 });
    await sender.send('topics/x', 'once', { qos: 2, packetId: 5 });
    await scene.restart();
    const listener = await scene.connect('a');
    await listener.subscribe('topics/#');
    const again = await scene.connect('s', { expiryS: 60 });
    await again.send('topics/x', 'once', { qos: 2, packetId: 5 });
    expect([ana.texts, listener.texts]).toEqual([['once'], []]);
    expect(await scene.topics.release(again.session, 5)).toBe(true);
    expect(await scene.topics.release(again.session, 5)).toBe(false);
    await again.send('topics/x', 'another', { qos: 2, packetId: 5 });
    expect(listener.texts).toEqual(['another']);
  });

  it('[TP10] keep to the identifier of an exactly-once value over a restart, at every step', async () => {
    const [ana, sender] = [await scene.connect('a', { expiryS: 60 }), await scene.connect('s')];
    await ana.subscribe('topics/#');
    await sender.send('topics/x', 'first', { qos: 2 });
    await sender.send('topics/x', 'second', { qos: 2, packetId: 2 });
    const [first, second] = ana.heard.map(({ packetId }) => packetId);
    ana.receive(first ?? 0);
    await scene.clock.advanceSettled(0);
    expect(ana.released).toEqual([first]);
    await scene.restart();
    const again = await scene.connect('a', { expiryS: 60 });
    expect(again.released).toEqual([first]);
    expect(again.heard).toMatchObject([{ text: 'second', packetId: second, isDuplicate: true }]);
    again.complete(first ?? 0);
    again.receive(second ?? 0);
    await scene.clock.advanceSettled(0);
    again.complete(second ?? 0);
    await scene.clock.advanceSettled(0);
    expect(storedRecords('topics.queue') + storedRecords('topics.messages')).toBe(0);
  });

  it('[TP10] answer for nothing that the store did not take', async () => {
    const [ana, sender] = [
      await scene.connect('a', { expiryS: 60 }),
      await scene.connect('s', { expiryS: 60 }),
    ];
    await ana.subscribe('topics/#');
    const { StoreUnavailableError } = await import('../ports/store.ts');
    scene.records.before = () => {
      throw new StoreUnavailableError('broken');
    };
    const result = await sender.send('topics/x', 'lost', { qos: 2, packetId: 5 });
    expect([result, ana.texts]).toEqual([{ outcome: 'refused', code: 'server.storage_unavailable' }, []]);
    scene.records.before = () => undefined;
    expect(await sender.send('topics/x', 'found', { qos: 2, packetId: 5 })).toMatchObject({
      outcome: 'published',
    });
    expect(ana.texts).toContain('found');
  });

  it('[TP15] come back after a restart with their subscriptions and queues, each value stored once', async () => {
    const [ana, ben] = [
      await scene.connect('a', { expiryS: 60 }),
      await scene.connect('b', { user: 'bob', expiryS: 60 }),
    ];
    for (const peer of [ana, ben]) await peer.subscribe('topics/#', { qos: 1, id: 3 });
    ana.leave();
    ben.leave();
    const sender = await scene.connect('s');
    await sender.send('topics/x', 'waiting', { qos: 1 });
    expect([storedRecords('topics.messages'), storedRecords('topics.queue')]).toEqual([1, 2]);
    await scene.restart();
    const again = await scene.connect('a', { expiryS: 60 });
    expect(again.isPresent).toBe(true);
    expect(again.heard).toMatchObject([{ text: 'waiting', ids: [3] }]);
    again.acknowledge(again.heard[0]?.packetId ?? 0);
    await scene.clock.advanceSettled(0);
    expect([storedRecords('topics.messages'), storedRecords('topics.queue')]).toEqual([1, 1]);
    const other = await scene.connect('b', { user: 'bob', expiryS: 60 });
    other.acknowledge(other.heard[0]?.packetId ?? 0);
    await scene.clock.advanceSettled(0);
    expect([storedRecords('topics.messages'), storedRecords('topics.queue')]).toEqual([0, 0]);
  });

  it('[TP9] wait for no more than all of them together may, and make room when they end', async () => {
    scene = await TopicScene.open({ topicOwedBytesMax: 1_000 });
    const { counters } = scene.topics;
    for (const name of ['a', 'b']) {
      const peer = await scene.connect(name, { expiryS: 60 });
      await peer.subscribe('topics/#', { qos: 1 });
      peer.leave();
    }
    const sender = await scene.connect('s');
    await sender.send('topics/x', 'x'.repeat(200), { qos: 1 });
    expect([counters.dropped, counters.owedBytes > 900]).toEqual([0, true]);
    await sender.send('topics/x', 'x'.repeat(200), { qos: 1, packetId: 2 });
    expect(counters.dropped).toBe(2);
    const again = await scene.connect('a', { expiryS: 60 });
    again.acknowledge(again.heard[0]?.packetId ?? 0);
    again.leave();
    await sender.send('topics/x', 'x'.repeat(200), { qos: 1, packetId: 3 });
    expect(counters.dropped).toBe(3);
    for (const name of ['a', 'b']) await scene.connect(name, { isCleanStart: true });
    expect(counters.owedBytes).toBe(0);
  });

  it('[TP13] drop what waited for too long', async () => {
    const [ana, sender] = [await scene.connect('a', { expiryS: 60 }), await scene.connect('s')];
    await ana.subscribe('topics/#');
    ana.leave();
    await sender.send('topics/x', 'brief', { qos: 1, expiryS: 5 });
    await sender.send('topics/x', 'lasting', { qos: 1, expiryS: 50, packetId: 2 });
    scene.clock.advance(6_000);
    expect((await scene.connect('a', { expiryS: 60 })).texts).toEqual(['lasting']);
  });
});

function storedRecords(space?: string): number {
  const { spaces } = scene.records;
  if (space !== undefined) return spaces.get(space)?.size ?? 0;
  return [...spaces.values()].reduce((sum, { size }) => sum + size, 0);
}
