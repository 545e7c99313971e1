import { refuse } from '@skein/model';
import { ANA, BEN, CAI, LogScene } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

describe('reading', () => {
  let scene: LogScene;
  let talk: Awaited<ReturnType<LogScene['direct']>>;

  beforeEach(async () => {
    scene = await LogScene.open();
    talk = await scene.direct(ANA, BEN);
  });

  /** Sends by initials: "aab" is two by ana, one by ben. */
  async function sends(initials: string): Promise<void> {
    for (const initial of initials) await scene.send(initial === 'a' ? ANA : BEN, talk, initial);
  }

  it('[RD1] is for members, within the log', async () => {
    await sends('a');
    expect(await scene.read(CAI, talk, 1)).toEqual(refuse('permission.not_member'));
    expect(await scene.read(BEN, talk, 3)).toEqual(refuse('request.invalid'));
    expect(await scene.read(BEN, talk, 2)).toEqual({ outcome: 'done', conversation: talk });
  });

  it('[RD2] only moves forward, and costs nothing when it does not move', async () => {
    await sends('aa');
    await scene.read(BEN, talk, 3);
    const commits = scene.store.commits.length;
    expect(await scene.read(BEN, talk, 2)).toEqual({ outcome: 'done', conversation: talk });
    expect(await scene.read(BEN, talk, 3)).toEqual({ outcome: 'done', conversation: talk });
    expect(scene.store.commits).toHaveLength(commits);
    expect(scene.member(talk, BEN).readSeq).toBe(3);
  });

  it('[RD2] takes the furthest of one batch', async () => {
    await sends('aaa');
    await Promise.all([scene.read(BEN, talk, 4), scene.read(BEN, talk, 2), scene.read(BEN, talk, 3)]);
    expect(scene.member(talk, BEN).readSeq).toBe(4);
    expect(scene.announced.filter((line) => line.startsWith('read'))).toEqual(['read 1 ben 4']);
  });

  it('[RD2] keeps a delivered marker that moved while the commit was under way', async () => {
    await sends('aaa');
    scene.store.hold();
    const read = scene.read(BEN, talk, 2);
    await scene.clock.advanceSettled(0);
    scene.member(talk, BEN).deliveredSeq = 4 as never;
    scene.store.release();
    await read;
    expect(scene.member(talk, BEN).deliveredSeq).toBe(4);
  });

  it.each([
    ['bbabb', 1, 1, 4],
    ['bbabb', 1, 3, 2],
    ['bbabb', 1, 4, 2],
    ['bbabb', 1, 5, 1],
    ['bbabb', 1, 6, 0],
    ['aaaa', 1, 1, 0],
    ['abab', 2, 3, 1],
  ])(
    '[RD3] counts what others sent after the marker: %s read by %i up to %i leaves %i',
    async (initials, user, upTo, left) => {
      await sends(initials);
      await scene.read(user as never, talk, upTo);
      expect(scene.unread(talk, user as never)).toBe(left);
    },
  );

  it('[RD3] counts the same when the store has to be asked', async () => {
    scene = await LogScene.open({ limits: { recentEntriesPerConversationMax: 1 } });
    talk = await scene.direct(ANA, BEN);
    await sends('abbabab');
    await scene.read(ANA, talk, 4);
    expect(scene.store.readCount).toBeGreaterThan(0);
    expect(scene.unread(talk, ANA)).toBe(2);
  });

  it('[RD3] counts the same when entries come between looking up and deciding', async () => {
    await sends('bab');
    const facts = await scene.reader.readFacts(talk, ANA, 2 as never);
    await sends('ab');
    await scene.ask({ type: 'read', user: ANA, conversation: talk, seq: 2 as never, ...facts });
    expect(scene.unread(talk, ANA)).toBe(2);
  });

  it('[RD4] stores delivered markers together, a little later', async () => {
    await sends('ab');
    const commits = scene.store.commits.length;
    for (const user of [ANA, BEN]) {
      const member = scene.member(talk, user);
      member.deliveredSeq = 3 as never;
      scene.sequencer.markDirty(member);
    }
    await scene.clock.advanceSettled(scene.limits.markerFlushMs - 1);
    expect(scene.store.commits).toHaveLength(commits);
    await scene.clock.advanceSettled(1);
    expect(scene.store.commits).toHaveLength(commits + 1);
    expect(scene.store.commits.at(-1)?.members).toMatchObject([
      { user: ANA, deliveredSeq: 3 },
      { user: BEN, deliveredSeq: 3 },
    ]);
  });

  it('[RD4] tries again when the store could not take them, and stores them when it closes', async () => {
    await sends('a');
    const member = scene.member(talk, BEN);
    member.deliveredSeq = 2 as never;
    scene.sequencer.markDirty(member);
    scene.store.failNext();
    await scene.clock.advanceSettled(scene.limits.markerFlushMs);
    expect(scene.counters.commitsFailed).toBe(1);
    await scene.clock.advanceSettled(scene.limits.commitRetryPauseMs);
    expect(member.conversation.hasUnsavedMarkers).toBe(true);
    await scene.sequencer.close();
    expect(scene.store.members.get(`${talk}/${BEN}`)).toMatchObject({ deliveredSeq: 2 });
  });

  it('[RD4] keeps those of large groups in memory only', async () => {
    scene = await LogScene.open({ limits: { markerMembersMax: 2 } });
    const group = await scene.group(ANA, [BEN, CAI]);
    const commits = scene.store.commits.length;
    scene.sequencer.markDirty(scene.member(group, BEN));
    await scene.clock.advanceSettled(scene.limits.markerFlushMs);
    expect(scene.store.commits).toHaveLength(commits);
    expect(scene.world.conversation(group)?.hasUnsavedMarkers).toBe(false);
  });

  it('[RD5] lets the next sync of everybody tell of a marker', async () => {
    await sends('ab');
    const cursor = scene.world.position;
    await scene.read(BEN, talk, 2);
    expect(scene.world.conversation(talk)?.position).toBeGreaterThan(cursor);
    expect(scene.member(talk, BEN).position).toBeGreaterThan(cursor);
  });

  it('[RD5] lets only the own devices hear of it in a large group', async () => {
    scene = await LogScene.open({ limits: { markerMembersMax: 2 } });
    const group = await scene.group(ANA, [BEN, CAI]);
    await scene.send(ANA, group, 'x');
    const cursor = scene.world.position;
    await scene.read(BEN, group, 2);
    expect(scene.world.conversation(group)?.position).toBeLessThanOrEqual(cursor);
    expect(scene.member(group, BEN).position).toBeGreaterThan(cursor);
  });

  it('[RD5] says that markers are unsaved until they are', async () => {
    await sends('a');
    const member = scene.member(talk, BEN);
    scene.sequencer.markDirty(member);
    expect(member.conversation.hasUnsavedMarkers).toBe(true);
    scene.store.hold();
    await scene.clock.advanceSettled(scene.limits.markerFlushMs);
    scene.sequencer.markDirty(member);
    scene.store.release();
    await scene.sequencer.idle();
    expect(member.conversation.hasUnsavedMarkers).toBe(true);
    await scene.clock.advanceSettled(scene.limits.markerFlushMs);
    expect(member.conversation.hasUnsavedMarkers).toBe(false);
  });
});
