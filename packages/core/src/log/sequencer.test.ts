import { ENTRY_KIND, refuse } from '@skein/model';
import { ANA, BEN, CAI, deviceOf, LogScene, settle, textBody } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { StoreFullError, StoreUnavailableError } from '../ports/store.ts';

async function sceneWithDirect(options: Parameters<typeof LogScene.open>[0] = {}) {
  const scene = await LogScene.open(options);
  return { scene, talk: await scene.direct(ANA, BEN) };
}

describe('the sequencer', () => {
  it('[LG1] numbers entries from 1 without a gap, and counts the countable ones', async () => {
    const { scene, talk } = await sceneWithDirect();
    await scene.send(ANA, talk, 'one');
    await scene.send(BEN, talk, '👍', { kind: ENTRY_KIND.reaction, target: 2 });
    await scene.send(BEN, talk, 'two');
    expect(scene.store.logs.get(talk)?.map(({ seq, ordinal }) => [seq, ordinal])).toEqual([
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 2],
    ]);
  });

  it('[LG2] changes nothing and tells nobody before the commit', async () => {
    const { scene, talk } = await sceneWithDirect();
    scene.store.hold();
    const told = scene.announced.length;
    const answer = scene.send(ANA, talk, 'one');
    await settle();
    expect(scene.world.conversation(talk)?.head).toBe(1);
    expect(scene.announced).toHaveLength(told);
    scene.store.release();
    expect(await answer).toMatchObject({ outcome: 'stored', seq: 2 });
    expect(scene.world.conversation(talk)?.head).toBe(2);
  });

  it('[LG2] gives the numbers of a failed commit out again', async () => {
    const { scene } = await sceneWithDirect();
    const before = scene.world.position;
    scene.store.failNext();
    const failed = await scene.ask({ type: 'create-direct', user: ANA, peer: CAI });
    expect(failed).toEqual(refuse('server.storage_unavailable'));
    expect(scene.world.position).toBe(before);
    expect(scene.world.directBetween(ANA, CAI)).toBeUndefined();
    await scene.clock.advanceSettled(scene.limits.commitRetryPauseMs);
    expect(await scene.direct(ANA, CAI)).toBe(2);
  });

  it('[LG4] tells of an entry, then of each member, then answers', async () => {
    const scene = await LogScene.open();
    const group = scene.ask({
      type: 'create-group',
      user: ANA,
      key: 'k',
      title: '',
      isOpen: false,
      attributes: new Map(),
      members: [BEN],
    });
    await group.then(() => scene.announced.push('answered'));
    expect(scene.announced).toEqual(['committed 1/1', 'entered 1 ana', 'entered 1 ben', 'answered']);
    expect(scene.committed[0]).toMatchObject({ entered: [ANA, BEN], left: [] });
  });

  it('[LG4] shows each listener the state as of its entry', async () => {
    const { scene, talk } = await sceneWithDirect();
    const heads: number[] = [];
    const sends = ['a', 'b', 'c'].map((text, index) =>
      scene.send(ANA, talk, text, { counter: index + 1 }).then((result) => {
        if (result.outcome === 'stored') heads.push(result.seq);
      }),
    );
    await Promise.all(sends);
    expect(scene.committed.map(({ delivery }) => delivery.entry.seq)).toEqual([1, 2, 3, 4]);
    expect(heads).toEqual([2, 3, 4]);
  });

  it('[LG4] hands the origin and the previous time on', async () => {
    const { scene, talk } = await sceneWithDirect();
    const origin = { name: 'connection' };
    const createdAtMs = scene.clock.nowMs();
    scene.clock.advance(500);
    await scene.ask(
      {
        type: 'send',
        user: ANA,
        device: deviceOf(ANA),
        conversation: talk,
        counter: 1,
        kind: ENTRY_KIND.message,
        target: 0 as never,
        body: textBody('hi'),
        targetFacts: null,
        key: '',
        keyFacts: null,
      },
      origin,
    );
    expect(scene.committed.at(-1)?.origin).toBe(origin);
    expect(scene.committed.at(-1)?.delivery.previousTimeMs).toBe(createdAtMs);
  });

  it('[LG5] lets no entry be earlier than the one before it', async () => {
    const { scene, talk } = await sceneWithDirect();
    const first = await scene.send(ANA, talk, 'one');
    scene.clock.jumpWall(-3_600_000);
    const second = await scene.send(ANA, talk, 'two');
    expect(second).toMatchObject({ timeMs: (first as { timeMs: number }).timeMs });
    scene.clock.jumpWall(7_200_000);
    const third = await scene.send(ANA, talk, 'three');
    expect(third).toMatchObject({ timeMs: scene.clock.nowMs() });
  });
});

describe('batches', () => {
  it('[LG6] gathers what comes in one turn', async () => {
    const { scene, talk } = await sceneWithDirect();
    const before = scene.store.commits.length;
    await Promise.all([1, 2, 3].map((counter) => scene.send(ANA, talk, 'x', { counter })));
    expect(scene.store.commits.length - before).toBe(1);
  });

  it('[LG6] keeps one commit under way and gathers the next batch meanwhile', async () => {
    const { scene, talk } = await sceneWithDirect();
    scene.store.hold();
    const first = scene.send(ANA, talk, 'x', { counter: 1 });
    await settle();
    const rest = [2, 3, 4].map((counter) => scene.send(ANA, talk, 'x', { counter }));
    await settle();
    expect(scene.store.heldCount).toBe(1);
    scene.store.release();
    await Promise.all([first, ...rest]);
    expect(scene.store.commits.slice(-2).map(({ entries }) => entries.length)).toEqual([1, 3]);
  });

  it('[LG6] cuts batches at their limit and keeps the order', async () => {
    const { scene, talk } = await sceneWithDirect({ limits: { batchEntriesMax: 2 } });
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((counter) => scene.send(ANA, talk, `${counter}`, { counter })),
    );
    expect(answers.map((answer) => (answer as { seq: number }).seq)).toEqual([2, 3, 4, 5, 6]);
    expect(scene.store.commits.slice(-3).map(({ entries }) => entries.length)).toEqual([2, 2, 1]);
  });

  it.each([
    [new StoreFullError('no room'), 'server.storage_full'],
    [new StoreUnavailableError('gone'), 'server.storage_unavailable'],
  ] as const)('[LG7] answers every command of a failed batch: %s', async (error, code) => {
    const { scene, talk } = await sceneWithDirect();
    scene.store.failNext(error);
    const answers = await Promise.all([1, 2].map((counter) => scene.send(ANA, talk, 'x', { counter })));
    expect(answers).toEqual([refuse(code), refuse(code)]);
    expect(scene.counters.commitsFailed).toBe(1);

    await scene.clock.advanceSettled(scene.limits.commitRetryPauseMs);
    expect(await scene.send(ANA, talk, 'x', { counter: 1 })).toMatchObject({ outcome: 'stored', seq: 2 });
  });

  it('[LG14] lets a batch gather after one with company, and only then', async () => {
    const limits = { commitCompanyMin: 2, commitGatherMs: 2 };
    const { scene, talk } = await sceneWithDirect({ limits });
    const commitsBefore = scene.counters.commits;
    const send = (counter: number) => scene.send(ANA, talk, `${counter}`, { counter });
    await send(1);
    await Promise.all([send(2), send(3)]);
    const gathered = [send(4)];
    await settle();
    gathered.push(send(5));
    await settle();
    expect(scene.counters.commits - commitsBefore).toBe(2);
    await scene.clock.advanceSettled(limits.commitGatherMs);
    await Promise.all(gathered);
    expect(scene.counters.commits - commitsBefore).toBe(3);
  });

  it('[LG7] waits before it tries again', async () => {
    const { scene, talk } = await sceneWithDirect();
    scene.store.failNext();
    await scene.send(ANA, talk, 'x', { counter: 1 });
    const commits = scene.store.commits.length;
    const retry = scene.send(ANA, talk, 'x', { counter: 1 });
    await scene.clock.advanceSettled(scene.limits.commitRetryPauseMs - 1);
    expect(scene.store.commits).toHaveLength(commits);
    await scene.clock.advanceSettled(1);
    expect(await retry).toMatchObject({ outcome: 'stored' });
  });

  it('[LG8] refuses what no longer fits into the queue, at once', async () => {
    const { scene, talk } = await sceneWithDirect({ limits: { queuedCommandsMax: 2 } });
    const answers = await Promise.all([1, 2, 3].map((counter) => scene.send(ANA, talk, 'x', { counter })));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'refused']);
    expect(answers[2]).toEqual(refuse('server.overloaded'));
    expect(await scene.send(ANA, talk, 'x', { counter: 3 })).toMatchObject({ outcome: 'stored' });
  });

  it('[LG8] finishes what is queued when it closes, and refuses the rest', async () => {
    const { scene, talk } = await sceneWithDirect();
    const queued = scene.send(ANA, talk, 'x');
    await Promise.resolve();
    const closed = scene.sequencer.close();
    expect(await scene.send(ANA, talk, 'y')).toEqual(refuse('server.shutting_down'));
    expect(await queued).toMatchObject({ outcome: 'stored' });
    await closed;
    expect(scene.store.checkpointPosition).toBe(scene.world.position);
  });

  it('[LG8] is idle when nothing is queued and nothing is under way', async () => {
    const { scene, talk } = await sceneWithDirect();
    await scene.sequencer.idle();
    scene.store.hold();
    void scene.send(ANA, talk, 'x');
    await settle();
    let isIdle = false;
    const idle = scene.sequencer.idle().then(() => {
      isIdle = true;
    });
    await settle();
    expect(isIdle).toBe(false);
    scene.store.release();
    await idle;
    expect(scene.sequencer.queuedCount).toBe(0);
  });

  it('[LG9] gives every row a position of its own, growing over the whole store', async () => {
    const scene = await LogScene.open({ limits: { bodyBytesMax: 20 } });
    const group = await scene.group(ANA, [BEN, CAI]);
    await scene.direct(ANA, BEN);
    await scene.send(ANA, group, 'x'.repeat(100));
    await scene.send(BEN, group, 'x');
    await scene.read(ANA, group, 2);
    const positions = scene.store.commits.flatMap(({ entries, members, refusals }) =>
      [...entries, ...members, ...refusals].map(({ position }) => position),
    );
    expect(positions.toSorted((a, b) => a - b)).toEqual(positions.map((_, index) => index + 1));
    expect(scene.world.position).toBe(Math.max(...positions));
    expect([...scene.store.conversations.keys()]).toEqual([1, 2]);
  });
});
