import { StoreUnavailableError } from '@skein/core';
import { addToDigest, conversationId, EMPTY_DIGEST, ENTRY_KIND, seq } from '@skein/model';
import {
  type ConversationState,
  decodeMessage,
  encodeDown,
  type LogEntry,
  MemberAction,
  readContent,
  type SyncInit,
  type SyncResult,
} from '@skein/protocol';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const WINDOW: SyncInit = { conversations: 50, entriesEach: 100 };

describe('sync', () => {
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

  /** The same data as a new process finds it: nothing but the tail is in memory. */
  async function restart(limits: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    scene = await CoreScene.open({ store: scene.store, directory: scene.directory, ...limits });
    ana = await scene.arrive('ana', { installation: 'installation-number-1' });
    ben = await scene.arrive('ben', { installation: 'installation-number-2' });
  }

  it('[SY1] reports what changed since the cursor, and nothing else', async () => {
    const [first, second] = [await ana.createGroup(['ben']), await ana.createGroup(['ben'])];
    const { cursor } = await sync(ben);
    await ana.text(second.conversation, 'news');
    const answer = await sync(ben, cursor);
    expect(answer.changed.map(({ conversation }) => conversation)).toEqual([second.conversation]);
    expect(textsOf(answer.changed[0])).toEqual(['news']);
    expect((await sync(ben, answer.cursor)).changed).toEqual([]);
    expect((await sync(ben)).changed.map(({ conversation }) => conversation)).toEqual([
      second.conversation,
      first.conversation,
    ]);
  });

  it('[SY1] answers in under 50 bytes when nothing changed, and another digest when something was edited or recalled', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 30; time++) await ana.text(conversation, `message ${time}`);
    const before = await sync(ben);
    const unchanged = await sync(ben, before.cursor);
    expect(encodeDown({ case: 'syncResult', value: unchanged }).length).toBeLessThan(50);
    for (const kind of [ENTRY_KIND.edit, ENTRY_KIND.recall]) {
      const value = { conversation, kind, target: 5, text: kind === ENTRY_KIND.edit ? '改了' : '' };
      ana.say({ case: 'send', value: { ...value, counter: ana.nextCounter(conversation) } });
      await settle();
    }
    const after = await sync(ben, before.cursor);
    expect([after.digestHigh, after.digestLow]).not.toEqual([before.digestHigh, before.digestLow]);
    // The two changes, and none of the thirty messages.
    expect(after.changed.flatMap(({ entries }) => entries.map(({ seq }) => seq))).toEqual([32, 33]);
  });

  it('[SY1] reports read markers of this user and, where they are shown, of others', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    const { cursor } = await sync(ana);
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    const [state] = (await sync(ana, cursor)).changed;
    expect(state?.markers).toEqual([expect.objectContaining({ user: 2, delivered: 2, read: 2 }) as unknown]);
    expect(state?.entries).toEqual([]);
  });

  it('[SY1] reports delivered markers also before they are stored, and after a restart', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'hello');
    const { cursor } = await sync(ana);
    ben.say({ case: 'received', value: { pushes: 1, delivered: [{ conversation, seq: 2 }] } });
    expect((await sync(ana, cursor)).changed[0]?.markers).toMatchObject([{ user: 2, delivered: 2 }]);
    await scene.clock.advanceSettled(scene.limits.markerFlushMs);
    await restart();
    expect((await sync(ana, cursor)).changed[0]?.markers).toMatchObject([{ user: 2, delivered: 2 }]);
  });

  it('[SY2] takes the cursor before it looks: what is committed meanwhile is reported again', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 20; time++) await ana.text(conversation, `old ${time}`);
    await restart({ limits: { recentEntriesPerConversationMax: 2 } });
    ben.forget();
    ben.say({ case: 'sync', value: { ...WINDOW, epoch: scene.store.epoch } });
    ana.say({ case: 'send', value: { conversation, counter: 21, text: 'meanwhile' } });
    await settle();
    const { cursor } = ben.last('syncResult');
    expect(textsOf((await sync(ben, cursor)).changed[0])).toEqual(['meanwhile']);
  });

  it('[SY3] sends entries for the most recent conversations only, the newest of them', async () => {
    const groups = [];
    for (let time = 0; time < 3; time++) {
      const { conversation } = await ana.createGroup(['ben']);
      for (let entry = 0; entry < 5; entry++) await ana.text(conversation, `${entry}`);
      groups.push(conversation);
    }
    const answer = await sync(ben, 0, { conversations: 2, entriesEach: 2 });
    expect(answer.changed.map((state) => state.entries.map((entry) => entry.seq))).toEqual([
      [5, 6],
      [5, 6],
      [],
    ]);
    expect(answer.changed.map((state) => state.head)).toEqual([6, 6, 6]);
  });

  it.each([1, 31, 32, 33, 160, 161, 300])(
    '[SY3] sends all %i missed entries, ascending, without the rest',
    async (count) => {
      const { conversation } = await ana.createDirect('ben');
      for (let time = 0; time < 7; time++) await ana.text(conversation, 'held');
      const { cursor } = await sync(ben);
      for (let time = 0; time < count; time++) await ana.text(conversation, `missed ${time}`);
      const [state] = (await sync(ben, cursor, { conversations: 1, entriesEach: 10_000 })).changed;
      expect(textsOf(state)).toEqual(Array.from({ length: count }, (_, time) => `missed ${time}`));
      expect(state?.entries.map((entry) => entry.seq)).toEqual(
        Array.from({ length: count }, (_, time) => 9 + time),
      );
    },
  );

  it('[SY3] sends what a hole hides of messages before it', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'to be edited');
    await ana.text(conversation, 'to be recalled');
    const { cursor } = await sync(ben);
    await send(ana, { conversation, kind: 2, target: 2, text: 'edited' });
    await send(ana, { conversation, kind: 3, target: 3 });
    for (let time = 0; time < 30; time++) await ana.text(conversation, `${time}`);
    await send(ana, { conversation, kind: 2, target: 20, text: 'within the hole' });
    for (let time = 0; time < 5; time++) await ana.text(conversation, `${time}`);
    for (const limits of [{}, { recentEntriesPerConversationMax: 2 }]) {
      await restart({ limits });
      const [state] = (await sync(ben, cursor, { conversations: 1, entriesEach: 5 })).changed;
      expect(state?.entries.map((entry) => entry.seq)).toEqual([37, 38, 39, 40, 41]);
      expect(state?.amendments.map(({ seq: at, target }) => [at, target])).toEqual([
        [4, 2],
        [5, 3],
      ]);
      expect(state?.amendmentsMore).toBe(false);
    }
  });

  it('[SY3] says so when it does not look for amendments, or not for all', async () => {
    await open({ limits: { pageEntriesMax: 3 } });
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'much edited');
    const { cursor } = await sync(ben);
    for (let time = 0; time < 9; time++)
      await send(ana, { conversation, kind: 2, target: 2, text: `${time}` });
    const within = (await sync(ben, cursor, { conversations: 1, entriesEach: 2 })).changed[0];
    expect(within?.amendments.map((entry) => entry.seq)).toEqual([3, 4, 5]);
    expect(within?.amendmentsMore).toBe(true);
    const outside = (await sync(ben, cursor, { conversations: 0, entriesEach: 2 })).changed[0];
    expect(outside).toMatchObject({ entries: [], amendments: [], amendmentsMore: true });
    expect((await sync(ben, 0, { conversations: 0, entriesEach: 0 })).changed[0]?.amendmentsMore).toBe(false);
  });

  it('[SY4] reports a removal once, up to the entry that removed', async () => {
    const { conversation } = await ana.createGroup(['ben']);
    await ana.text(conversation, 'seen');
    const { cursor } = await sync(ben);
    await ana.text(conversation, 'missed');
    await kick('ben', conversation);
    await ana.text(conversation, 'never to be seen');
    await send(ana, { conversation, kind: 2, target: 2, text: 'nor this' });
    await ana.ask({
      case: 'changeSettings',
      value: { conversation, title: 'secret', open: undefined, unknown: undefined },
    });
    const answer = await sync(ben, cursor);
    expect(answer.changed).toHaveLength(1);
    expect(answer.changed[0]).toMatchObject({
      conversation,
      role: 0,
      head: 4,
      title: '',
      memberCount: 0,
      markers: [],
    });
    expect(answer.changed[0]?.entries.map((entry) => entry.seq)).toEqual([3, 4]);
    expect(answer.memberships).toBe(0);
    await ana.text(conversation, 'still not');
    expect((await sync(ben, answer.cursor)).changed).toEqual([]);
    expect((await sync(ben)).changed).toEqual([]);
  });

  it('[SY5] proves completeness by a digest over all memberships', async () => {
    const [a, b] = [await ana.createDirect('ben'), await ana.createGroup(['ben'])];
    const gone = await ana.createGroup(['ben']);
    await ana.text(a.conversation, 'hello');
    ben.say({ case: 'read', value: { conversation: a.conversation, seq: 2 } });
    await kick('ben', gone.conversation);
    const answer = await sync(ben);
    // What a device that holds exactly this answer computes.
    const digest = answer.changed.reduce(
      (sum, state) =>
        addToDigest(sum, conversationId(state.conversation), seq(state.head), seq(state.read?.seq ?? 0)),
      EMPTY_DIGEST,
    );
    expect(digest).toEqual({ high: answer.digestHigh, low: answer.digestLow });
    expect(answer.changed.map((state) => state.conversation)).toEqual([a.conversation, b.conversation]);
    expect(answer.memberships).toBe(2);
    const again = await sync(ben, answer.cursor);
    expect([again.digestHigh, again.digestLow]).toEqual([answer.digestHigh, answer.digestLow]);
  });

  it('[SY6] tells everything a list shows, and who is spoken of', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'one');
    await ana.text(conversation, 'two');
    await ben.text(conversation, 'three');
    const fresh = await scene.arrive('ben');
    const answer = fresh.last('syncResult');
    expect(answer.changed[0]).toMatchObject({
      conversation,
      kind: 1,
      head: 4,
      headOrdinal: 3,
      first: 1,
      memberCount: 2,
      peer: 1,
      read: { ownTotal: 1 },
    });
    expect(answer.users.map((user) => user.id).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ana',
      'ben',
    ]);
    const [mine] = fresh.last('syncResult').changed[0]?.entries.filter((entry) => entry.sender === 2) ?? [];
    expect(mine).toMatchObject({ counter: 1, device: 2 });
    const other = fresh.last('syncResult').changed[0]?.entries.filter((entry) => entry.sender === 1) ?? [];
    expect(other.every((entry) => entry.counter === 0 && entry.device === 0)).toBe(true);
  });

  it('[SY6] tells the markers that moved, and all of them to a device that knows nothing', async () => {
    await scene.arrive('cai');
    const { conversation } = await ana.createGroup(['ben', 'cai']);
    await ana.text(conversation, 'hello');
    ben.say({ case: 'read', value: { conversation, seq: 2 } });
    await settle();
    const { cursor } = await sync(ana);
    await ben.text(conversation, 'read it');
    expect((await sync(ana, cursor)).changed[0]?.markers).toEqual([]);
    expect((await sync(ana)).changed[0]?.markers.map(({ user, read }) => [user, read])).toContainEqual([
      2, 2,
    ]);
  });

  it('[SY7] cuts a long answer into frames that fit, and waits for room between them', async () => {
    await open({ limits: { partBytesMax: 4_000, outboundBytesMax: 6_000 } });
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 300; time++) await ana.text(conversation, `entry number ${time} `.repeat(4));
    ben.forget();
    ben.stall();
    ben.say({ case: 'sync', value: { ...WINDOW, entriesEach: 1_000 } });
    await settle();
    expect(ben.all('syncResult').length).toBeLessThan(4);
    expect(ben.queuedBytes()).toBeLessThan(12_000);
    await ana.text(conversation, 'meanwhile');
    for (let time = 0; time < 60; time++) {
      ben.takeSome();
      await settle();
    }
    const parts = ben.all('syncResult');
    const sizes = parts.map((value) => encodeDown({ case: 'syncResult', value }).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4_000);
    expect(parts.map((part) => part.more)).toEqual([...Array(parts.length - 1).fill(true), false]);
    const seqs = parts.flatMap((part) =>
      part.changed.flatMap((state) => state.entries.map((entry) => entry.seq)),
    );
    expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 301 }, (_, index) => index + 1));
    expect(parts.every((part) => part.changed.every((state) => state.head === 301))).toBe(true);
    expect(ben.told.at(-1)).toMatchObject({ case: 'head', value: { seq: 302 } });
  });

  it('[SY8] starts over for a cursor of another epoch or of the future', async () => {
    const { conversation } = await ana.createDirect('ben');
    const { cursor } = await sync(ben);
    for (const ask of [{ epoch: 'of another store', cursor }, { cursor: cursor + 1 }]) {
      const answer = await sync(ben, cursor, { ...WINDOW, ...ask });
      expect(answer).toMatchObject({ reset: true, cursor, epoch: scene.store.epoch });
      expect(answer.changed.map((state) => state.conversation)).toEqual([conversation]);
    }
    expect((await sync(ben, cursor)).reset).toBe(false);
    expect((await sync(ben, 0, { ...WINDOW, epoch: '' })).reset).toBe(false);
  });

  it('[SY9] merges read markers of the time away before it answers', async () => {
    const { conversation } = await ana.createDirect('ben');
    await ana.text(conversation, 'one');
    await ana.text(conversation, 'two');
    const { cursor } = await sync(ben);
    const read = [
      { conversation, seq: 3 },
      { conversation: 4_711, seq: 1 },
    ];
    const answer = await sync(ben, cursor, { ...WINDOW, read });
    expect(answer.changed[0]?.read).toMatchObject({ seq: 3, ordinal: 2 });
    expect(ana.last('marker')).toMatchObject({ user: 2, read: 3 });
  });

  it('[RQ9] ends a connection whose sync can not be answered', async () => {
    const { conversation } = await ana.createDirect('ben');
    for (let time = 0; time < 9; time++) await ana.text(conversation, `${time}`);
    await restart({ limits: { recentEntriesPerConversationMax: 2 } });
    scene.store.readEntries = () => Promise.reject(new StoreUnavailableError('gone'));
    ben.say({ case: 'sync', value: WINDOW });
    await settle();
    expect(ben.closed).toEqual({ reason: 'overloaded', detail: 'server.storage_unavailable' });
  });

  async function sync(peer: TestPeer, cursor = 0, ask: SyncInit = WINDOW): Promise<SyncResult> {
    peer.forget();
    peer.say({ case: 'sync', value: { epoch: scene.store.epoch, cursor, ...ask } });
    await settle();
    const [answer] = peer.all('syncResult');
    expect(answer?.more).toBe(false);
    return answer as SyncResult;
  }

  async function kick(user: string, conversation: number): Promise<void> {
    const value = { conversation, action: MemberAction.kicked, users: [user], role: 0, unknown: undefined };
    expect((await ana.ask({ case: 'changeMembers', value })).case).toBe('done');
  }
});

async function send(
  peer: TestPeer,
  entry: { conversation: number; kind: number; target: number; text?: string },
): Promise<void> {
  const counter = peer.nextCounter(entry.conversation);
  peer.say({ case: 'send', value: { ...entry, counter } });
  await settle();
  expect(peer.last('ack').counter).toBe(counter);
}

function textsOf(state: ConversationState | undefined): string[] {
  return (state?.entries ?? []).flatMap((entry: LogEntry) => {
    if (entry.kind !== 0) return [];
    const { of } = decodeMessage(readContent, entry.body);
    return of?.case === 'text' ? [of.value] : [];
  });
}
