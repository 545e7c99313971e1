import { deviceNumber, ENTRY_KIND, refuse } from '@skein/model';
import { ANA, BEN, LogScene, textBody } from '@skein/testkit';
import { beforeEach, describe, expect, it } from 'vitest';

describe('sending by name', () => {
  let scene: LogScene;
  let talk: Awaited<ReturnType<LogScene['direct']>>;

  beforeEach(async () => {
    scene = await LogScene.open();
    talk = await scene.direct(ANA, BEN);
  });

  const say = (text: string, key: string, device = 1) =>
    scene.send(ANA, talk, text, { key, device: deviceNumber(device) });
  const head = () => scene.world.conversation(talk)?.head;

  it('[SK1] appends a key once, whichever device repeats it', async () => {
    const first = await say('hello', 'k');
    expect(first).toMatchObject({ outcome: 'stored', seq: 2, isDuplicate: false });
    expect(await say('hello', 'k')).toEqual({ ...first, isDuplicate: true });
    expect(await say('hello', 'k', 2)).toEqual({ ...first, isDuplicate: true });
    expect(head()).toBe(2);
  });

  it('[SK1] refuses another content under a used key', async () => {
    await say('hello', 'k');
    expect(await say('other', 'k')).toEqual(refuse('conflict.duplicate'));
    const recall = { key: 'k', kind: ENTRY_KIND.recall, target: 2, body: new Uint8Array(0) };
    expect(await scene.send(ANA, talk, '', recall)).toEqual(refuse('conflict.duplicate'));
  });

  it('[SK1] gives each the next counter of its device, in order', async () => {
    await Promise.all([say('one', 'a'), say('two', 'b'), say('three', 'c')]);
    const entries = await scene.reader.read({
      conversation: talk,
      fromSeq: 2 as never,
      toSeq: 9 as never,
      countMax: 9,
      isNewest: false,
    });
    expect(entries.map(({ counter }) => counter)).toEqual([1, 2, 3]);
  });

  it('[SK1] keeps users and conversations apart', async () => {
    await say('hello', 'k');
    expect(await scene.send(BEN, talk, 'hello', { key: 'k' })).toMatchObject({ seq: 3, isDuplicate: false });
    const group = await scene.group(ANA, [BEN]);
    expect(await scene.send(ANA, group, 'hello', { key: 'k' })).toMatchObject({ seq: 2, isDuplicate: false });
  });

  it('[SK1] sees what the same batch decided', async () => {
    const answers = await Promise.all([say('hello', 'k'), say('hello', 'k'), say('other', 'k')]);
    expect(answers).toMatchObject([
      { seq: 2, isDuplicate: false },
      { seq: 2, isDuplicate: true },
      { code: 'conflict.duplicate' },
    ]);
  });

  it('[SK2] knows a key after a restart, its message recalled or not', async () => {
    const first = await say('hello', 'k');
    await scene.recall(ANA, talk, 2);
    const restarted = await scene.restart();
    const again = await restarted.send(ANA, talk, 'hello', { key: 'k' });
    expect(again).toEqual({ ...first, isDuplicate: true });
    expect(await restarted.send(ANA, talk, 'other', { key: 'k' })).toEqual(refuse('conflict.duplicate'));
  });

  it('[SK2] does not keep the key of a batch that was not stored', async () => {
    scene.store.failNext();
    expect(await say('hello', 'k')).toMatchObject({ code: 'server.storage_unavailable' });
    scene.clock.advance(scene.limits.commitRetryPauseMs);
    expect(await say('other', 'k')).toMatchObject({ outcome: 'stored', isDuplicate: false });
  });

  it('[SK3] asks the store for what memory no longer holds, and only then', async () => {
    scene = await LogScene.open({ limits: { sentKeysHeldMax: 2 } });
    talk = await scene.direct(ANA, BEN);
    const first = await say('one', 'a');
    await say('two', 'b');
    expect(await say('one', 'a')).toEqual({ ...first, isDuplicate: true });
    expect(scene.store.readCount).toBe(0);
    await say('three', 'c');
    expect(await say('one', 'a')).toEqual({ ...first, isDuplicate: true });
    expect(scene.store.readCount).toBe(1);
    const restarted = await scene.restart();
    expect(await restarted.send(ANA, talk, 'one', { key: 'a' })).toEqual({ ...first, isDuplicate: true });
  });

  it('[SK3] forgets what is older than the promise, with a checkpoint', async () => {
    await say('old', 'a');
    scene.clock.advance(scene.limits.sentKeyMs + 1);
    await say('new', 'b');
    await scene.sequencer.close();
    expect(scene.store.sentKeys.map(({ key }) => key)).toEqual(['b']);
  });

  it('[SK4] uses nothing up by a refusal', async () => {
    const body = textBody('x'.repeat(scene.limits.bodyBytesMax + 1));
    const tooLarge = await scene.send(ANA, talk, '', { key: 'k', body });
    expect(tooLarge).toMatchObject({ code: 'message.too_large' });
    expect(await say('shorter', 'k')).toMatchObject({ outcome: 'stored', isDuplicate: false });
  });
});
