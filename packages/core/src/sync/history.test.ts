import { StoreUnavailableError } from '@skein/core';
import { conversationId, ENTRY_KIND, seq, userNumber } from '@skein/model';
import {
  encodeMessage,
  type HistoryInit,
  type HistoryPage,
  MemberAction,
  writeContent,
} from '@skein/protocol';
import { CoreScene, settle, type TestPeer } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

const CARD = encodeMessage(writeContent, { of: { case: 'custom', value: { kind: 'card', json: '{}' } } });

describe('history', () => {
  let scene: CoreScene;
  let ana: TestPeer;
  let ben: TestPeer;
  let conversation: number;

  beforeEach(() => open());

  /** Eleven entries: the creation and ten messages, of which only the newest are in memory. */
  async function open(options: Parameters<typeof CoreScene.open>[0] = {}): Promise<void> {
    const { limits, ...rest } = options;
    scene = await CoreScene.open({ limits: { recentEntriesPerConversationMax: 3, ...limits }, ...rest });
    ana = await scene.arrive('ana');
    ben = await scene.arrive('ben');
    conversation = (await ana.createGroup(['ben'])).conversation;
    for (let time = 1; time <= 10; time++) await ana.text(conversation, `message ${time}`);
  }

  it('[SY12] answers the oldest or the newest entries of a range', async () => {
    expect(await seqsOf(ben, {})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await seqsOf(ben, { limit: 3 })).toEqual([1, 2, 3]);
    expect(await seqsOf(ben, { limit: 3, newest: true })).toEqual([9, 10, 11]);
    expect(await seqsOf(ben, { from: 4, to: 8, limit: 2 })).toEqual([4, 5]);
    expect(await seqsOf(ben, { from: 4, to: 8, limit: 2, newest: true })).toEqual([7, 8]);
    expect(await seqsOf(ben, { from: 9, to: 99 })).toEqual([9, 10, 11]);
    expect(await seqsOf(ben, { from: 12 })).toEqual([]);
    expect(await seqsOf(ben, { from: 8, to: 4 })).toEqual([]);
  });

  it.each([
    // The three messages 4, 5, 6; ends open or closed; from the newest, or from the oldest.
    { from: 'open', to: 'open', newest: true, told: [5] },
    { from: 'open', to: 'closed', newest: true, told: [5, 6] },
    { from: 'closed', to: 'open', newest: true, told: [4, 5] },
    { from: 'open', to: 'open', newest: false, told: [5] },
    { from: 'closed', to: 'open', newest: false, told: [4, 5] },
    { from: 'open', to: 'closed', newest: false, told: [5, 6] },
    { from: 'closed', to: 'closed', newest: true, limit: 2, told: [5, 6] },
    { from: 'closed', to: 'closed', newest: false, limit: 2, told: [4, 5] },
  ] as const)('[SY12] answers any interval: from $from, to $to, newest $newest', async (row) => {
    // Seqs have no gaps, so an open end is the closed one beside it.
    const from = row.from === 'open' ? 5 : 4;
    const to = row.to === 'open' ? 5 : 6;
    const limit = 'limit' in row ? row.limit : 0;
    expect(await seqsOf(ben, { from, to, newest: row.newest, limit })).toEqual(row.told);
  });

  it('[SY12] goes on where it was, whatever is said and recalled meanwhile', async () => {
    const first = await seqsOf(ben, { newest: true, limit: 4 });
    await ana.text(conversation, 'one more');
    await recall(6);
    await change(first[0] ?? 0, 'edited');
    const second = await seqsOf(ben, { to: (first[0] ?? 0) - 1, newest: true, limit: 4 });
    expect([second, first]).toEqual([
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
  });

  describe('of some entries only', () => {
    it('[SY13] answers those of the kinds that were asked for, from either end', async () => {
      await change(3, 'edited');
      await react(4);
      await change(9, 'edited, too');
      expect(await seqsOf(ben, { kinds: [ENTRY_KIND.edit] })).toEqual([12, 14]);
      expect(await seqsOf(ben, { kinds: [ENTRY_KIND.edit], newest: true, limit: 1 })).toEqual([14]);
      expect(await seqsOf(ben, { kinds: [ENTRY_KIND.edit, ENTRY_KIND.reaction], to: 13 })).toEqual([12, 13]);
      expect(await seqsOf(ben, { kinds: [ENTRY_KIND.member] })).toEqual([1]);
      expect(await page(ben, { kinds: [99] })).toMatchObject({ entries: [], continueAt: 0 });
    });

    it('[SY13] answers messages of the contents that were asked for, unknown ones too', async () => {
      await say(CARD);
      // Member 7 of Content.of, which a later version may have.
      await say(Uint8Array.of(0x3a, 0x01, 0x41));
      await ana.text(conversation, 'a text again');
      expect(await seqsOf(ben, { contents: [2] })).toEqual([12]);
      expect(await seqsOf(ben, { contents: [7] })).toEqual([13]);
      expect(await seqsOf(ben, { contents: [2, 7] })).toEqual([12, 13]);
      expect(await seqsOf(ben, { contents: [1], newest: true, limit: 2 })).toEqual([11, 14]);
    });

    it('[SY13] looks through so many at a time, and says where to go on', async () => {
      await open({ limits: { historyLookedAtMax: 4, pageEntriesMax: 2 } });
      for (const target of [2, 7, 3]) await change(target, 'edited');
      for (const newest of [true, false]) {
        const told: number[] = [];
        let end = newest ? { to: 0 } : { from: 0 };
        for (let asked = 0; asked < 20; asked++) {
          const { entries, continueAt } = await page(ben, {
            kinds: [ENTRY_KIND.edit],
            newest,
            limit: 1,
            ...end,
          });
          told.push(...entries.map(({ seq }) => seq));
          if (continueAt === 0) break;
          // It stays whole when the log grows.
          await ana.text(conversation, 'meanwhile');
          end = newest ? { to: continueAt } : { from: continueAt };
        }
        expect(told.toSorted((a, b) => a - b).filter((seq) => seq <= 14)).toEqual([12, 13, 14]);
        expect(new Set(told).size).toBe(told.length);
      }
    });

    it('[SY13] brings along what changes the ones that it found', async () => {
      await say(CARD);
      await react(12);
      await react(11);
      const { amendments } = await page(ben, { contents: [2] });
      expect(amendments.map(({ seq, target }) => [seq, target])).toEqual([[13, 12]]);
    });

    it('[SY10] does not search what the member may not see', async () => {
      const cai = await scene.arrive('cai');
      expect(await ask(cai, { kinds: [1] })).toMatchObject({ value: { code: 'permission.not_member' } });
    });
  });

  it('[SY12] keeps a page within its limits of entries and bytes', async () => {
    await open({ limits: { pageEntriesMax: 4 } });
    expect(await seqsOf(ben, { limit: 1_000 })).toEqual([1, 2, 3, 4]);
    await open({ limits: { partBytesMax: 400 } });
    const oldest = await seqsOf(ben, {});
    expect(oldest.length).toBeLessThan(8);
    expect(oldest).toEqual([1, 2, 3, 4, 5].slice(0, oldest.length));
    expect((await seqsOf(ben, { newest: true })).at(-1)).toBe(11);
  });

  it('[SY10] never reaches beyond the removal of a former member', async () => {
    const value = { conversation, action: MemberAction.kicked, users: ['ben'], role: 0, unknown: undefined };
    await ana.ask({ case: 'changeMembers', value });
    await ana.text(conversation, 'unseen');
    await change(2, 'unseen, too');
    expect((await seqsOf(ben, { newest: true })).at(-1)).toBe(12);
    expect((await seqsOf(ben, { from: 10, to: 99 })).at(-1)).toBe(12);
    expect((await page(ben, { from: 2, to: 2 })).amendments).toEqual([]);
    expect((await page(ben, { from: 5, amendmentsOnly: true })).entries).toEqual([]);
  });

  it('[SY10] never reaches before the first entry of a view', async () => {
    const view = scene.core.world.conversation(conversationId(conversation))?.members.get(userNumber(2));
    if (view !== undefined) view.firstSeq = seq(5);
    expect((await seqsOf(ben, {}))[0]).toBe(5);
    expect(await seqsOf(ben, { from: 1, to: 4 })).toEqual([]);
    await change(3, 'edited out of sight');
    expect((await page(ben, { from: 6, amendmentsOnly: true })).entries).toEqual([]);
  });

  it('[SY10] tells strangers the same of a conversation that exists and one that does not', async () => {
    const cai = await scene.arrive('cai');
    const refused = { case: 'failure', value: { code: 'permission.not_member' } };
    expect(await ask(cai, {})).toMatchObject(refused);
    expect(await ask(cai, { conversation: 4_711 })).toMatchObject(refused);
  });

  it('[SY11] brings along what changes the messages of a page', async () => {
    await change(3, 'edited');
    await ana.text(conversation, 'in between');
    await change(3, 'edited again');
    await change(9, 'of another page');
    const first = await page(ben, { from: 2, to: 4 });
    expect(first.amendments.map(({ seq, target }) => [seq, target])).toEqual([
      [12, 3],
      [14, 3],
    ]);
    expect((await page(ben, { from: 2, to: 12 })).amendments.map(({ seq }) => seq)).toEqual([14, 15]);
  });

  it('[SY11] answers what a hole changes of the messages before it', async () => {
    await change(3, 'edited');
    await change(12, 'an edit is no message', 'message.not_editable');
    await change(9, 'in the hole itself');
    const answer = await page(ben, { from: 5, amendmentsOnly: true });
    expect(answer.entries.map(({ seq }) => seq)).toEqual([12]);
    expect(answer.amendments).toEqual([]);
    expect(answer.more).toBe(false);
  });

  it('[SY11] says when there is more, and goes on from the last one', async () => {
    for (let time = 0; time < 5; time++) await change(2, `${time}`);
    const first = await page(ben, { from: 5, limit: 3, amendmentsOnly: true });
    expect(first.entries.map(({ seq }) => seq)).toEqual([12, 13, 14]);
    expect(first.more).toBe(true);
    const rest = await page(ben, { from: 15, amendmentsOnly: true });
    expect(rest.entries.map(({ seq }) => seq)).toEqual([15, 16]);
    expect(rest.more).toBe(false);
  });

  it('[SY11] never sends the body of a recalled message again', async () => {
    await change(3, 'edited before the recall');
    ana.say({
      case: 'send',
      value: { conversation, counter: ana.nextCounter(conversation), kind: 3, target: 3 },
    });
    await settle();
    for (const source of [scene, await CoreScene.open({ store: scene.store, directory: scene.directory })]) {
      const reader = await source.arrive('ben');
      const answer = await page(reader, {});
      const bodies = [...answer.entries, ...answer.amendments].filter(
        (entry) => entry.seq === 3 || entry.target === 3,
      );
      expect(bodies.map(({ seq, body }) => [seq, body.length])).toEqual([
        [3, 0],
        [12, 0],
        [13, 0],
      ]);
    }
  });

  it('[SY12] names the users it speaks of', async () => {
    const { users } = await page(ben, { from: 2, to: 2 });
    expect(users.map(({ id }) => id)).toEqual(['ana']);
  });

  it('[RQ9] refuses for a while when the store can not be read', async () => {
    scene.store.readEntries = () => Promise.reject(new StoreUnavailableError('gone'));
    expect(await ask(ben, {})).toMatchObject({
      case: 'failure',
      value: { code: 'server.storage_unavailable' },
    });
    expect(ben.closed).toBeNull();
  });

  it('[RQ4] answers one page at a time, each when there is room', async () => {
    await open({ limits: { outboundBytesMax: 1 } });
    ben.stall();
    for (let id = 100; id < 120; id++) {
      ben.say({ case: 'request', value: { id, ask: { case: 'history', value: { conversation } } } });
    }
    await settle();
    expect(ben.all('response').filter(({ id }) => id >= 100)).toHaveLength(1);
    for (let time = 0; time < 19; time++) {
      ben.takeSome();
      await settle();
    }
    expect(ben.all('response').flatMap(({ id }) => (id >= 100 ? [id] : []))).toEqual(
      Array.from({ length: 20 }, (_, index) => 100 + index),
    );
  });

  function ask(peer: TestPeer, history: HistoryInit): ReturnType<TestPeer['ask']> {
    const value = { conversation, ...history };
    return peer.ask({ case: 'history', value });
  }

  async function page(peer: TestPeer, history: HistoryInit): Promise<HistoryPage> {
    const answer = await ask(peer, history);
    expect(answer.case).toBe('history');
    return answer.value as HistoryPage;
  }

  async function seqsOf(peer: TestPeer, history: HistoryInit): Promise<number[]> {
    return (await page(peer, history)).entries.map(({ seq }) => seq);
  }

  async function say(content: Uint8Array): Promise<void> {
    const counter = ana.nextCounter(conversation);
    ana.say({ case: 'send', value: { conversation, counter, content } });
    await settle();
  }

  async function recall(target: number): Promise<void> {
    const counter = ana.nextCounter(conversation);
    ana.say({ case: 'send', value: { conversation, counter, kind: ENTRY_KIND.recall, target } });
    await settle();
  }

  async function react(target: number): Promise<void> {
    const counter = ana.nextCounter(conversation);
    const reaction = { key: '[大笑]' };
    ana.say({ case: 'send', value: { conversation, counter, kind: ENTRY_KIND.reaction, target, reaction } });
    await settle();
  }

  async function change(target: number, text: string, refusal?: string): Promise<void> {
    const counter = ana.nextCounter(conversation);
    ana.say({ case: 'send', value: { conversation, counter, kind: 2, target, text } });
    await settle();
    const last = ana.told.at(-1);
    expect(last?.case === 'refused' ? last.value.code : undefined).toBe(refusal);
  }
});
