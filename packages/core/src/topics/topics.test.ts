import { FORM, type TopicPeer, TopicScene } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

let scene: TopicScene;

beforeEach(async () => {
  scene = await TopicScene.open({ topicInFlightMax: 4, topicWaitingMax: 3, topicRetainedMax: 3 });
});

/** How often what they heard was encoded for them. */
function encodings(...peers: readonly TopicPeer[]): number {
  return peers.flatMap(({ formsMet }) => formsMet).filter((form) => form === null).length;
}

describe('publishing', () => {
  it('[TP1] hands a value to every subscriber once, within the call, as one object', async () => {
    const [ana, ben] = [await scene.connect('a'), await scene.connect('b', { user: 'bob' })];
    await ana.subscribe('topics/cars/+', { qos: 0 });
    await ben.subscribe('topics/cars/#', { qos: 0 });
    const result = ana.sendAtOnce('topics/cars/7', 'here');
    expect(result).toEqual({ outcome: 'published', subscriberCount: 2 });
    expect([ana.texts, ben.texts]).toEqual([['here'], ['here']]);
    expect(ana.publications[0]).toBe(ben.publications[0]);
    expect(encodings(ana, ben)).toBe(1);
  });

  it('[TP9] keeps of a value that somebody is owed none of the forms in which it was written to others', async () => {
    const [ana, owed] = [await scene.connect('a'), await scene.connect('k', { user: 'kim', expiryS: 60 })];
    for (const subscriber of [ana, owed]) await subscriber.subscribe('topics/x', { qos: 1 });
    for (const qos of [0, 1] as const) {
      await ana.send('topics/x', 'value', { qos });
      const written = ana.publications.at(-1);
      expect([written?.qos, written?.form(FORM)]).toEqual([qos, undefined]);
    }
  });

  it('[TP9] keeps no form of a value that is written later, to one alone', async () => {
    const [ana, away] = [await scene.connect('a'), await scene.connect('k', { expiryS: 60 })];
    await away.subscribe('topics/#', { qos: 1 });
    away.leave();
    await ana.send('topics/kept', 'value', { qos: 1 });
    ana.sendAtOnce('topics/retained', 'last', { isRetained: true });
    const again = await scene.connect('k', { expiryS: 60 });
    await ana.subscribe('topics/retained');
    expect([again.texts, ana.texts]).toEqual([['value'], ['last']]);
    for (const { publications } of [again, ana]) expect(publications[0]?.form(FORM)).toBeUndefined();
  });

  it('[TP1] writes last words to everyone with one form, and keeps none', async () => {
    const [ana, ben] = [await scene.connect('a'), await scene.connect('b', { user: 'bob' })];
    for (const subscriber of [ana, ben]) await subscriber.subscribe('topics/#');
    const lost = await scene.connect('c', { will: { topic: 'topics/gone', text: 'c' } });
    lost.leave();
    expect([ana.texts, ben.texts]).toEqual([['c'], ['c']]);
    expect(encodings(ana, ben)).toBe(1);
    expect(ben.publications[0]?.form(FORM)).toBeUndefined();
  });

  it('[TP2] refuses what is no topic, and filters that are none', async () => {
    const ana = await scene.connect('a');
    expect(ana.sendAtOnce('topics/+', 'x')).toMatchObject({ code: 'request.invalid' });
    expect(await ana.subscribe('topics/a#')).toMatchObject({ code: 'request.invalid' });
  });

  it('[TP4] keeps users to the shared topics and their own, whatever the filter', async () => {
    const [ana, ben] = [await scene.connect('a'), await scene.connect('b', { user: 'bob' })];
    for (const filter of ['#', '+/+', 'u/+/x', '$share/g/#']) expect(await ben.subscribe(filter)).toBe(2);
    for (const filter of ['alice', 'u/alice/#', 'u/alice/x', 'other/#', '$SYS/#'])
      expect(await ben.subscribe(filter)).toMatchObject({ code: 'permission.topic' });
    ana.sendAtOnce('u/alice/x', 'private');
    expect(ben.texts).toEqual([]);
    expect(ben.sendAtOnce('u/alice/x', 'forged')).toMatchObject({ code: 'permission.topic' });
    expect(ben.sendAtOnce('alice', 'forged')).toMatchObject({ code: 'permission.topic' });
    ana.sendAtOnce('topics/y', 'shared', { qos: 0 });
    expect(ben.texts).toEqual(['shared', 'shared']);
  });

  it('[TP5] keeps those who do not sign in apart, with every topic theirs', async () => {
    const [ana, nobody] = [await scene.connect('a'), await scene.connect('a', { space: 'free' })];
    await ana.subscribe('#');
    await nobody.subscribe('#');
    nobody.sendAtOnce('topics/y', 'from nobody');
    ana.sendAtOnce('topics/y', 'from ana');
    expect([ana.texts, nobody.texts]).toEqual([['from ana'], ['from nobody']]);
    expect(nobody.sendAtOnce('TopicA/B', 'x')).toMatchObject({ outcome: 'published' });
    expect(await nobody.subscribe('test/nosubscribe')).toMatchObject({ outcome: 'refused' });
  });

  it('[TP6] joins overlapping subscriptions and leaves out what is not wanted back', async () => {
    const [ana, ben] = [await scene.connect('a'), await scene.connect('b', { user: 'bob' })];
    await ana.subscribe('topics/#', { qos: 1, id: 7, isNoLocal: true });
    await ana.subscribe('topics/x', { qos: 2, id: 9 });
    await ben.send('topics/x', 'both', { qos: 2 });
    await ana.send('topics/x', 'own', { qos: 2, packetId: 2 });
    await ana.send('topics/y', 'own, not wanted', { qos: 2, packetId: 3 });
    expect(ana.heard.map(({ text, qos, ids }) => [text, qos, [...ids].toSorted((a, b) => a - b)])).toEqual([
      ['both', 2, [7, 9]],
      ['own', 2, [9]],
    ]);
    await ana.subscribe('topics/x', { qos: 0 });
    await ben.send('topics/x', 'replaced', { qos: 2, packetId: 5 });
    expect(ana.heard.at(-1)).toMatchObject({ text: 'replaced', qos: 1, ids: [7] });
    await scene.topics.unsubscribe(ana.session, ['topics/#', 'topics/x', 'never']);
    await ben.send('topics/x', 'nobody', { qos: 1, packetId: 6 });
    expect(ana.texts).not.toContain('nobody');
  });

  it('[TP11] gives a shared value to one of the group, in turns, and to those who are there', async () => {
    const members = await Promise.all(
      ['a', 'b', 'c'].map((id) => scene.connect(id, { user: id, expiryS: 60 })),
    );
    for (const member of members) await member.subscribe('$share/group/topics/#', { qos: 1 });
    const sender = await scene.connect('s');
    for (let n = 0; n < 6; n++) await sender.send('topics/x', String(n), { qos: 1, packetId: n + 1 });
    expect(members.map(({ texts }) => texts.length)).toEqual([2, 2, 2]);
    members[0]?.leave();
    members[1]?.leave();
    for (let n = 0; n < 2; n++) await sender.send('topics/x', 'rest', { qos: 1, packetId: n + 7 });
    expect(members.map(({ texts }) => texts.length)).toEqual([2, 2, 4]);
  });
});

describe('last values', () => {
  it('[TP12] are sent to new subscribers with RETAIN, replaced, and removed by an empty one', async () => {
    const ana = await scene.connect('a');
    await ana.send('topics/x', 'first', { qos: 1, isRetained: true });
    await ana.send('topics/x', 'second', { qos: 1, isRetained: true });
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/#', { qos: 1 });
    expect(ben.heard).toMatchObject([{ text: 'second', isRetained: true, qos: 1 }]);
    await ana.send('topics/x', 'third', { qos: 1, isRetained: true });
    expect(ben.heard.at(-1)).toMatchObject({ text: 'third', isRetained: false });
    await ana.send('topics/x', '', { qos: 1, isRetained: true });
    const cai = await scene.connect('c', { user: 'cai' });
    await cai.subscribe('topics/#');
    expect(cai.heard).toEqual([]);
  });

  it('[TP12] are sent again or not as the subscription says, and keep their flag where it asks for that', async () => {
    const ana = await scene.connect('a');
    await ana.send('topics/x', 'kept', { qos: 1, isRetained: true });
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/x', { qos: 0, retainHandling: 2 });
    expect(ben.texts).toEqual([]);
    await ben.subscribe('topics/x', { qos: 0, retainHandling: 1 });
    expect(ben.texts).toEqual([]);
    await ben.subscribe('topics/x', { qos: 0, isRetainAsPublished: true });
    expect(ben.texts).toEqual(['kept']);
    await ana.send('topics/x', 'live', { qos: 1, isRetained: true, packetId: 2 });
    expect(ben.heard.at(-1)).toMatchObject({ text: 'live', isRetained: true });
  });

  it('[TP12] are bounded, private to who may read them, and given out as fast as they are taken', async () => {
    const ana = await scene.connect('a');
    for (const topic of ['topics/1', 'topics/2', 'u/alice/3'])
      ana.sendAtOnce(topic, topic, { isRetained: true });
    expect(ana.sendAtOnce('topics/4', 'one too many', { isRetained: true })).toMatchObject({
      code: 'limit.topics',
    });
    const ben = await scene.connect('b', { user: 'bob' });
    ben.isFull = true;
    await ben.subscribe('#', { qos: 0 });
    expect(ben.texts).toEqual([]);
    ben.isFull = false;
    ben.session.pump();
    expect(ben.texts.toSorted()).toEqual(['topics/1', 'topics/2']);
  });

  it('[TP12, TP15] survive a restart, also those that nobody waited for', async () => {
    const ana = await scene.connect('a');
    await ana.send('topics/x', 'waited for', { qos: 1, isRetained: true });
    ana.sendAtOnce('topics/y', 'not waited for', { isRetained: true });
    await scene.clock.advanceSettled(scene.limits.sweepIntervalMs);
    await scene.restart();
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/#', { qos: 0 });
    expect(ben.texts.toSorted()).toEqual(['not waited for', 'waited for']);
  });

  it('[TP13] are not sent once their time is over', async () => {
    const ana = await scene.connect('a');
    await ana.send('topics/x', 'brief', { qos: 1, isRetained: true, expiryS: 5 });
    scene.clock.advance(5_000);
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/#');
    expect(ben.texts).toEqual([]);
  });
});

describe('wills', () => {
  const will = { topic: 'topics/state', text: 'gone' };

  it('[TP14] are published when a connection breaks, not after a goodbye', async () => {
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/state');
    (await scene.connect('a', { will })).leave({ isClean: true });
    expect(ben.texts).toEqual([]);
    (await scene.connect('a', { will })).leave();
    await settled();
    expect(ben.texts).toEqual(['gone']);
  });

  it('[TP14] wait for their delay, and are dropped when the session goes on before it', async () => {
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/state');
    const delayed = { ...will, delayS: 10 };
    (await scene.connect('a', { will: delayed, expiryS: 60 })).leave();
    await scene.clock.advanceSettled(9_000);
    const again = await scene.connect('a', { will: delayed, expiryS: 60 });
    await scene.clock.advanceSettled(5_000);
    expect(ben.texts).toEqual([]);
    again.leave();
    await scene.clock.advanceSettled(11_000);
    expect(ben.texts).toEqual(['gone']);
  });

  it('[TP14] come with the end of the session when that is before their delay', async () => {
    const ben = await scene.connect('b', { user: 'bob' });
    await ben.subscribe('topics/state');
    (await scene.connect('a', { will: { ...will, delayS: 100 }, expiryS: 5 })).leave();
    await scene.clock.advanceSettled(6_000);
    expect(ben.texts).toEqual(['gone']);
  });

  it('[TP14] of those who were connected when the process died are published after it', async () => {
    const ben = await scene.connect('b', { user: 'bob', expiryS: 600 });
    await ben.subscribe('topics/state', { qos: 1 });
    await scene.connect('a', { will });
    await scene.restart();
    const again = await scene.connect('b', { user: 'bob', expiryS: 600 });
    expect(again.texts).toEqual(['gone']);
  });
});

async function settled(): Promise<void> {
  await scene.clock.advanceSettled(0);
}
