import { conversationId, deviceNumber, ENTRY_KIND, refuse } from '@skein/model';
import { ANA, BEN, CAI, LogScene } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

const PHONE = deviceNumber(11);
const LAPTOP = deviceNumber(12);
const NOWHERE = conversationId(99);

describe('sending', () => {
  let scene: LogScene;
  let group: Awaited<ReturnType<LogScene['group']>>;

  beforeEach(async () => {
    scene = await LogScene.open({
      limits: { bodyBytesMax: 40, reactionKeyBytesMax: 4, recentCountersMax: 4 },
    });
    group = await scene.group(ANA, [BEN]);
  });

  const send = (text: string, counter: number, device = PHONE) =>
    scene.send(ANA, group, text, { counter, device });

  it('[SD1] appends the next counter and asks for the one that is missing', async () => {
    expect(await send('one', 1)).toMatchObject({ outcome: 'stored', seq: 2 });
    expect(await send('three', 3)).toEqual({ outcome: 'need', counter: 2 });
    expect(await send('two', 2)).toMatchObject({ outcome: 'stored', seq: 3 });
    expect(await send('three', 3)).toMatchObject({ outcome: 'stored', seq: 4 });
  });

  it('[SD1] counts each device and each conversation on its own', async () => {
    const talk = await scene.direct(ANA, CAI);
    expect(await send('one', 1)).toMatchObject({ outcome: 'stored' });
    expect(await send('one', 1, LAPTOP)).toMatchObject({ outcome: 'stored', isDuplicate: false });
    expect(await scene.send(ANA, talk, 'one', { counter: 1, device: PHONE })).toMatchObject({ seq: 2 });
  });

  it('[SD1] sees what the same batch decided', async () => {
    const answers = await Promise.all([send('1', 1), send('3', 3), send('2', 2), send('3', 3), send('2', 2)]);
    expect(answers).toMatchObject([
      { seq: 2, isDuplicate: false },
      { outcome: 'need', counter: 2 },
      { seq: 3, isDuplicate: false },
      { seq: 4, isDuplicate: false },
      { seq: 3, isDuplicate: true },
    ]);
  });

  it('[SD2] answers a retry as the first time', async () => {
    const first = await send('one', 1);
    await send('two', 2);
    scene.clock.advance(5_000);
    expect(await send('one', 1)).toEqual({ ...first, isDuplicate: true });
    expect(scene.world.conversation(group)?.head).toBe(3);
  });

  it('[SD2] knows a retry after a restart, with and without a checkpoint', async () => {
    const first = await send('one', 1);
    const restarted = await scene.restart();
    const again = { counter: 1, device: PHONE };
    expect(await restarted.send(ANA, group, 'one', again)).toEqual({ ...first, isDuplicate: true });
    await restarted.sequencer.close();
    const checkpointed = await restarted.restart();
    expect(await checkpointed.send(ANA, group, 'one', again)).toEqual({ ...first, isDuplicate: true });
    expect(await checkpointed.send(ANA, group, 'else', again)).toEqual(refuse('conflict.duplicate'));
  });

  it('[SD2] knows the retry of a message that was recalled before the restart', async () => {
    await send('one', 1);
    await scene.recall(ANA, group, 2);
    const restarted = await scene.restart();
    const again = await restarted.send(ANA, group, 'one', { counter: 1, device: PHONE });
    expect(again).toMatchObject({ outcome: 'stored', seq: 2, isDuplicate: true });
  });

  it('[SD3] refuses another message under a used counter', async () => {
    await send('one', 1);
    expect(await send('other', 1)).toEqual(refuse('conflict.duplicate'));
    const sameBatch = await Promise.all([send('two', 2), send('other', 2)]);
    expect(sameBatch).toMatchObject([{ outcome: 'stored' }, { code: 'conflict.duplicate' }]);
    expect(await send('three', 3)).toMatchObject({ outcome: 'stored' });
  });

  it('[SD3] refuses a counter so old that nobody can tell', async () => {
    for (let counter = 1; counter <= 5; counter++) await send('x', counter);
    expect(await send('x', 1)).toEqual(refuse('conflict.duplicate'));
    expect(await send('x', 2)).toMatchObject({ outcome: 'stored', isDuplicate: true });
  });

  it('[SD4] uses no counter up when the store fails', async () => {
    scene.store.failNext();
    expect(await send('one', 1)).toEqual(refuse('server.storage_unavailable'));
    await scene.clock.advanceSettled(1_000);
    expect(await send('two', 2)).toEqual({ outcome: 'need', counter: 1 });
    expect(await send('one', 1)).toMatchObject({ outcome: 'stored', isDuplicate: false });
    expect(scene.store.refusals).toEqual([]);
  });

  it('[SD5] uses the counter up by a refusal, and says the same again', async () => {
    const tooLarge = refuse('message.too_large', { limit: 40 });
    const long = 'x'.repeat(50);
    expect(await send(long, 1)).toEqual(tooLarge);
    expect(await send(long, 1)).toEqual(tooLarge);
    expect(await send('short', 1)).toEqual(tooLarge);
    expect(await send('two', 2)).toMatchObject({ outcome: 'stored' });
    expect(scene.store.refusals).toMatchObject([{ conversation: group, device: PHONE, counter: 1 }]);
  });

  it('[SD5] says the same after a restart, with and without a checkpoint', async () => {
    await send('one', 1);
    const tooLarge = await send('x'.repeat(50), 2);
    await send('three', 3);
    const restarted = await scene.restart();
    expect(await restarted.send(ANA, group, 'y', { counter: 2, device: PHONE })).toEqual(tooLarge);
    await restarted.sequencer.close();
    const checkpointed = await restarted.restart();
    expect(await checkpointed.send(ANA, group, 'y', { counter: 2, device: PHONE })).toEqual(tooLarge);
    expect(await checkpointed.send(ANA, group, 'z', { counter: 4, device: PHONE })).toMatchObject({ seq: 4 });
  });

  const BYTE = Uint8Array.of(1);
  const NONE = new Uint8Array(0);
  it.each([
    ['a kind of a newer version', { kind: 77, body: BYTE }],
    ['a kind that the server writes', { kind: ENTRY_KIND.member, body: BYTE }],
    ['a message with a target', { kind: ENTRY_KIND.message, target: 1, body: BYTE }],
    ['an empty message', { kind: ENTRY_KIND.message, body: NONE }],
    ['an edit of nothing', { kind: ENTRY_KIND.edit, body: BYTE }],
    ['an empty edit', { kind: ENTRY_KIND.edit, target: 2, body: NONE }],
    ['a recall with a body', { kind: ENTRY_KIND.recall, target: 2, body: BYTE }],
    ['an empty reaction', { kind: ENTRY_KIND.reaction, target: 2, body: NONE }],
  ])('[SD6] refuses %s', async (_, options) => {
    await send('one', 1);
    expect(await scene.send(ANA, group, '', options)).toEqual(refuse('message.invalid'));
  });

  it('[SD6] refuses a counter that is none, and remembers nothing', async () => {
    expect(await send('zero', 0)).toEqual(refuse('message.invalid'));
    expect(scene.store.refusals).toEqual([]);
  });

  it('[SD7] takes what is as large as allowed, not a byte more', async () => {
    const body = (bytes: number) => ({ body: new Uint8Array(bytes).fill(7) });
    expect(await scene.send(ANA, group, '', body(40))).toMatchObject({ outcome: 'stored' });
    const tooLarge = refuse('message.too_large', { limit: 40 });
    expect(await scene.send(ANA, group, '', body(41))).toEqual(tooLarge);
    const edit = { kind: ENTRY_KIND.edit, target: 2 };
    expect(await scene.send(ANA, group, '', { ...edit, ...body(41) })).toEqual(tooLarge);
    const reaction = { kind: ENTRY_KIND.reaction, target: 2 };
    expect(await scene.send(ANA, group, '', { ...reaction, ...body(9) })).toMatchObject({
      outcome: 'stored',
    });
    const keyTooLarge = refuse('message.too_large', { limit: 4 });
    expect(await scene.send(ANA, group, '', { ...reaction, ...body(10) })).toEqual(keyTooLarge);
  });

  it('[SD8] counts a recall of the same batch, which the facts could not know', async () => {
    await send('one', 1);
    const edit = { kind: ENTRY_KIND.edit, target: 2, device: LAPTOP };
    const answers = await Promise.all([scene.recall(ANA, group, 2), scene.send(ANA, group, 'edited', edit)]);
    expect(answers).toMatchObject([{ outcome: 'stored' }, { code: 'message.not_editable' }]);
  });

  it('[SD8] counts a recall that was committed after the facts were read', async () => {
    await send('one', 1);
    const targetFacts = await scene.reader.entryFacts(group, 2 as never);
    await scene.recall(ANA, group, 2);
    const edit = {
      type: 'send' as const,
      user: ANA,
      device: LAPTOP,
      conversation: group,
      counter: 1,
      kind: ENTRY_KIND.edit,
      target: 2 as never,
      body: BYTE,
      targetFacts,
      key: '',
      keyFacts: null,
    };
    expect(await scene.ask(edit)).toEqual(refuse('message.not_editable'));
  });

  it('[SD8] asks to try again when it can no longer tell', async () => {
    const small = await LogScene.open({ limits: { recentEntriesPerConversationMax: 1 } });
    const talk = await small.direct(ANA, BEN);
    await small.send(ANA, talk, 'one');
    const targetFacts = await small.reader.entryFacts(talk, 2 as never);
    await small.send(BEN, talk, 'two');
    await small.send(BEN, talk, 'three');
    const edit = {
      type: 'send' as const,
      user: ANA,
      device: LAPTOP,
      conversation: talk,
      counter: 1,
      kind: ENTRY_KIND.edit,
      target: 2 as never,
      body: BYTE,
      targetFacts,
      key: '',
      keyFacts: null,
    };
    expect(await small.ask(edit)).toEqual(refuse('server.overloaded'));
    const fresh = await small.reader.entryFacts(talk, 2 as never);
    expect(await small.ask({ ...edit, targetFacts: fresh })).toMatchObject({ outcome: 'stored' });
  });

  it('[SD9] tells an outsider nothing and keeps nothing of it', async () => {
    const rows = scene.store.commits.length;
    const refusal = refuse('permission.not_member');
    expect(await scene.send(CAI, group, 'x', { counter: 1 })).toEqual(refusal);
    expect(await scene.send(CAI, group, 'x', { counter: 7 })).toEqual(refusal);
    expect(await scene.send(CAI, group, 'x'.repeat(90), { kind: 77, counter: 1 })).toEqual(refusal);
    expect(await scene.send(ANA, NOWHERE, 'x', { counter: 1 })).toEqual(refusal);
    expect(scene.store.commits).toHaveLength(rows);
    expect(scene.world.conversation(group)?.producers.size).toBe(0);
  });

  it('[SD9] lets a former member hear the answers of before, and no more', async () => {
    const first = await scene.send(BEN, group, 'mine', { counter: 1 });
    await scene.change(ANA, group, 'kicked', { users: [BEN] });
    expect(await scene.send(BEN, group, 'mine', { counter: 1 })).toEqual({ ...first, isDuplicate: true });
    const refusal = refuse('permission.not_member');
    expect(await scene.send(BEN, group, 'late', { counter: 2 })).toEqual(refusal);
    await scene.change(ANA, group, 'invited', { users: [BEN] });
    expect(await scene.send(BEN, group, 'late', { counter: 2 })).toEqual(refusal);
    expect(await scene.send(BEN, group, 'back', { counter: 3 })).toMatchObject({ outcome: 'stored' });
  });
});

describe('changing what was sent', () => {
  let scene: LogScene;
  let group: Awaited<ReturnType<LogScene['group']>>;
  const BODY = Uint8Array.of(9);

  beforeEach(async () => {
    scene = await LogScene.open();
    group = await scene.group(ANA, [BEN, CAI]);
    await scene.send(BEN, group, 'by ben');
  });

  const edit = (user: typeof ANA, target: number) =>
    scene.send(user, group, '', { kind: ENTRY_KIND.edit, target, body: BODY });
  const react = (user: typeof ANA, target: number) =>
    scene.send(user, group, '', { kind: ENTRY_KIND.reaction, target, body: BODY });

  it('[ED1] finds only what is there', async () => {
    expect(await edit(BEN, 40)).toEqual(refuse('message.not_found'));
    expect(await react(BEN, 40)).toEqual(refuse('message.not_found'));
    expect(await scene.recall(BEN, group, 40)).toEqual(refuse('message.not_found'));
  });

  it('[ED1] changes messages only, and none that was recalled', async () => {
    await edit(BEN, 2);
    for (const target of [1, 3]) expect(await edit(BEN, target)).toEqual(refuse('message.not_editable'));
    await scene.recall(BEN, group, 2);
    expect(await edit(BEN, 2)).toEqual(refuse('message.not_editable'));
    expect(await react(ANA, 2)).toEqual(refuse('message.not_editable'));
    expect(await scene.recall(BEN, group, 2)).toEqual(refuse('message.not_editable'));
  });

  it('[ED1] knows after a restart what was recalled', async () => {
    await scene.recall(BEN, group, 2);
    scene = await scene.restart();
    expect(await edit(BEN, 2)).toEqual(refuse('message.not_editable'));
  });

  it('[ED2] lets everyone edit their own', async () => {
    expect(await edit(BEN, 2)).toMatchObject({ outcome: 'stored' });
    expect(await edit(CAI, 2)).toEqual(refuse('message.not_editable'));
    expect(await edit(ANA, 2)).toEqual(refuse('message.not_editable'));
  });

  it('[ED3] lets the sender recall within the window', async () => {
    scene.clock.advance(scene.limits.recallWindowMs);
    expect(await scene.recall(BEN, group, 2)).toMatchObject({ outcome: 'stored' });
    await scene.send(BEN, group, 'again');
    scene.clock.advance(scene.limits.recallWindowMs + 1);
    const limit = scene.limits.recallWindowMs;
    expect(await scene.recall(BEN, group, 4)).toEqual(refuse('message.recall_window_passed', { limit }));
  });

  it('[ED3] lets those who keep the group in order recall anything, any time', async () => {
    await scene.send(ANA, group, 'by ana');
    await scene.change(ANA, group, 'role', { users: [BEN], role: 'admin' });
    scene.clock.advance(scene.limits.recallWindowMs + 1);
    expect(await scene.recall(CAI, group, 2)).toEqual(refuse('permission.role'));
    expect(await scene.recall(ANA, group, 2)).toMatchObject({ outcome: 'stored' });
    expect(await scene.recall(BEN, group, 3)).toMatchObject({ outcome: 'stored' });
  });

  it('[ED3] has nobody in order in a direct conversation', async () => {
    const talk = await scene.direct(ANA, BEN);
    await scene.send(BEN, talk, 'by ben');
    expect(await scene.recall(ANA, talk, 2)).toEqual(refuse('permission.role'));
  });

  it('[ED4] erases the message and its edits, those of the same batch too', async () => {
    await edit(BEN, 2);
    const both = await Promise.all([
      scene.send(BEN, group, '', { kind: ENTRY_KIND.edit, target: 2, body: BODY, counter: 3 }),
      scene.recall(ANA, group, 2),
    ]);
    expect(both).toMatchObject([{ seq: 4 }, { seq: 5 }]);
    expect(scene.store.commits.at(-1)?.redactions).toEqual([{ conversation: group, seq: 2 }]);
    const bytesOf = (log: readonly { body: Uint8Array }[] | undefined) =>
      log?.slice(1).map(({ body }) => body.length);
    expect(bytesOf(scene.store.logs.get(group))).toEqual([0, 0, 0, 0]);
    expect(bytesOf(scene.recent.slice(group, 1 as never, 5 as never))).toEqual([0, 0, 0, 0]);
  });

  it('[ED5] lets any member react to any message, again and again', async () => {
    for (const user of [ANA, CAI, CAI, BEN]) {
      expect(await react(user, 2)).toMatchObject({ outcome: 'stored', ordinal: 1 });
    }
  });
});
