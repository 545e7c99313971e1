import { deviceNumber, refuse } from '@skein/model';
import { ANA, BEN, CAI, LogScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { StoreCorruptError } from '../ports/store.ts';
import { loadWorld } from './load-world.ts';

const OFTEN = { checkpointEntriesMax: 4, checkpointConversationsMax: 1 };

describe('checkpoints', () => {
  it('[LG12] are taken every so many entries, of what changed, and the position moves last', async () => {
    const scene = await LogScene.open({ limits: OFTEN });
    const talk = await scene.direct(ANA, BEN);
    const other = await scene.direct(ANA, CAI);
    await scene.send(ANA, talk, '1');
    expect(scene.store.checkpointPositions).toEqual([]);
    await scene.send(ANA, talk, '2');
    await scene.sequencer.idle();
    const { position } = scene.world;
    expect(scene.store.checkpointPositions).toEqual([0, position]);
    expect([...scene.store.checkpoints.keys()]).toEqual([talk, other]);

    for (let index = 0; index < 4; index++) await scene.send(ANA, other, `${index}`);
    await scene.sequencer.idle();
    expect(scene.store.checkpointPositions).toEqual([0, position, scene.world.position]);
  });

  it('[LG12] end a slice with the conversation that makes it large, however few those are', async () => {
    const scene = await LogScene.open({
      limits: { ...OFTEN, checkpointConversationsMax: 9, checkpointSliceBytesMax: 1 },
    });
    const talk = await scene.direct(ANA, BEN);
    const other = await scene.direct(ANA, CAI);
    await scene.send(ANA, talk, '1');
    await scene.send(ANA, talk, '2');
    await scene.sequencer.idle();
    expect(scene.store.checkpointPositions).toEqual([0, scene.world.position]);
    expect([...scene.store.checkpoints.keys()]).toEqual([talk, other]);
  });

  it('[LG12] interrupted between two slices load as if there had been none', async () => {
    const scene = await LogScene.open({ limits: OFTEN });
    const talk = await scene.direct(ANA, BEN);
    const other = await scene.direct(ANA, CAI);
    await scene.send(ANA, talk, '1');
    const { store } = scene;
    const checkpoint = store.checkpoint.bind(store);
    // The second slice never comes.
    store.checkpoint = (position, slice) =>
      store.checkpointPositions.length === 0 ? checkpoint(position, slice) : new Promise(() => undefined);
    await scene.send(ANA, talk, '2');
    const after = await LogScene.open({ store });
    expect(store.checkpoints.size).toBe(1);
    expect(after.world.conversation(talk)).toMatchObject({ head: 3, ordinal: 2 });
    expect(after.world.conversation(other)).toMatchObject({ head: 1 });
    expect(after.member(talk, ANA).ownTotal).toBe(2);
  });

  it('[LG12] that the store cannot take change nothing and are tried again later', async () => {
    const scene = await LogScene.open({ limits: { ...OFTEN, checkpointConversationsMax: 9 } });
    const talk = await scene.direct(ANA, BEN);
    for (let index = 0; index < 2; index++) await scene.send(ANA, talk, `${index}`);
    const { store } = scene;
    const checkpoint = store.checkpoint.bind(store);
    store.checkpoint = (position, slice) => {
      store.checkpoint = checkpoint;
      store.failNext();
      return checkpoint(position, slice);
    };
    await scene.send(ANA, talk, 'due, and failing');
    await scene.sequencer.idle();
    expect(store.checkpointPositions).toEqual([]);
    for (let index = 0; index < 4; index++) await scene.send(ANA, talk, `${index}`);
    await scene.sequencer.idle();
    expect(store.checkpointPositions).toEqual([scene.world.position]);
  });

  it('[LG12] at the end leave nothing to read again', async () => {
    const scene = await LogScene.open();
    const talk = await scene.direct(ANA, BEN);
    await scene.send(ANA, talk, '1');
    await scene.sequencer.close();
    const { entriesRead, world } = await loadWorld(scene.store, scene.limits);
    expect(entriesRead).toBe(0);
    expect(world.conversation(talk)).toMatchObject({ head: 2, ordinal: 1 });
  });

  it('[LG3] applied twice are applied once', async () => {
    const scene = await LogScene.open();
    const talk = await scene.direct(ANA, BEN);
    await scene.send(ANA, talk, '1');
    await scene.send(ANA, talk, '2');
    const position = scene.world.checkpointPosition;
    await scene.sequencer.close();
    // As after a crash between slices: the state is younger than the position says.
    scene.store.checkpointPosition = position;
    const { entriesRead, world } = await loadWorld(scene.store, scene.limits);
    expect(entriesRead).toBe(3);
    expect(world.conversation(talk)).toMatchObject({ head: 3, ordinal: 2 });
    expect(world.conversation(talk)?.members.get(ANA)?.ownTotal).toBe(2);
  });

  it('[LG13] forget what an idle producer was answered, not how far it got', async () => {
    const scene = await LogScene.open({ limits: { producerIdleMs: 1_000, bodyBytesMax: 20 } });
    const talk = await scene.direct(ANA, BEN);
    await scene.send(ANA, talk, 'long ago');
    const idle = deviceNumber(9);
    await scene.send(ANA, talk, 'x'.repeat(100), { device: idle });
    scene.clock.advance(2_000);
    await scene.send(BEN, talk, 'now');
    await scene.sequencer.close();
    const after = await scene.restart();
    expect(await after.send(ANA, talk, 'long ago', { counter: 1 })).toEqual(refuse('conflict.duplicate'));
    expect(await after.send(ANA, talk, 'next', { counter: 2 })).toMatchObject({ outcome: 'stored' });
    expect(await after.send(ANA, talk, 'next', { counter: 2, device: idle })).toMatchObject({ seq: 5 });
    const retry = await after.send(BEN, talk, 'now', { counter: 1 });
    expect(retry).toMatchObject({ outcome: 'stored', isDuplicate: true });
  });

  it('[LG13] forget the idle in conversations where nothing happens any more', async () => {
    const scene = await LogScene.open({ limits: { ...OFTEN, producerIdleMs: 1_000, bodyBytesMax: 20 } });
    const asleep = await scene.direct(ANA, BEN);
    await scene.send(ANA, asleep, 'x'.repeat(100));
    await scene.send(ANA, asleep, 'long ago');
    const busy = await scene.direct(ANA, CAI);
    scene.clock.advance(2_000);
    for (let index = 0; index < 12; index++) await scene.send(CAI, busy, `${index}`);
    await scene.sequencer.idle();
    const [producer] = scene.world.conversation(asleep)?.producers.values() ?? [];
    expect([producer?.last, producer?.outcome(1), producer?.outcome(2)]).toEqual([2, undefined, undefined]);
    await scene.sequencer.close();
    const again = (await scene.restart()).world.conversation(asleep);
    const [restored] = again?.producers.values() ?? [];
    expect([restored?.last, restored?.outcome(2)]).toEqual([2, undefined]);
  });
});

describe('loading', () => {
  it.each([
    ['a checkpoint that breaks off', (state: Uint8Array) => state.slice(0, 4)],
    ['a checkpoint of an unknown version', (state: Uint8Array) => Uint8Array.of(99, ...state)],
  ])('[LG3] serves nothing from %s', async (_, damage) => {
    const scene = await LogScene.open();
    const talk = await scene.direct(ANA, BEN);
    await scene.send(ANA, talk, '1');
    await scene.sequencer.close();
    const state = scene.store.checkpoints.get(talk) ?? new Uint8Array(0);
    scene.store.checkpoints.set(talk, damage(state));
    await expect(loadWorld(scene.store, scene.limits)).rejects.toThrow(StoreCorruptError);
  });

  it('[LG3] serves nothing from a log with a hole', async () => {
    const scene = await LogScene.open();
    const talk = await scene.direct(ANA, BEN);
    for (const text of ['1', '2', '3']) await scene.send(ANA, talk, text);
    scene.store.logs.get(talk)?.splice(1, 1);
    await expect(loadWorld(scene.store, scene.limits)).rejects.toThrow(StoreCorruptError);
  });

  it('[LG10] keeps the newest of what it read in memory', async () => {
    const scene = await LogScene.open();
    const talk = await scene.direct(ANA, BEN);
    for (const text of ['1', '2', '3']) await scene.send(ANA, talk, text);
    const { recent } = await loadWorld(scene.store, scene.limits);
    expect(recent.slice(talk, 2 as never, 4 as never)).toHaveLength(3);
  });
});
