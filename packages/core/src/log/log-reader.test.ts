import { ENTRY_KIND, seq } from '@skein/model';
import { ANA, BEN, LogScene } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { LogReader } from './log-reader.ts';
import { RecentEntries } from './recent-entries.ts';

/** Two readers of the same log: one with everything in memory, one that has to ask the store. */
async function readers() {
  const scene = await LogScene.open();
  const talk = await scene.direct(ANA, BEN);
  for (let index = 0; index < 6; index++) await scene.send(index % 2 === 0 ? ANA : BEN, talk, `${index}`);
  await scene.send(BEN, talk, 'edited', { kind: ENTRY_KIND.edit, target: 3 });
  await scene.send(ANA, talk, '👍', { kind: ENTRY_KIND.reaction, target: 3 });
  await scene.recall(ANA, talk, 2);
  const cold = new LogReader(scene.world, scene.store, new RecentEntries(scene.limits));
  return { scene, talk, warm: scene.reader, cold };
}

describe('reading the log', () => {
  it.each([
    [1, 10, 100, false],
    [1, 10, 3, false],
    [1, 10, 3, true],
    [4, 4, 1, true],
    [0, 99, 4, true],
    [9, 99, 5, false],
    [11, 99, 5, false],
    [5, 4, 5, false],
    [1, 10, 0, true],
  ])(
    '[LG11] reads %i–%i, at most %i (newest: %s), the same from memory and store',
    async (from, to, countMax, isNewest) => {
      const { scene, talk, warm, cold } = await readers();
      const range = { conversation: talk, fromSeq: seq(from), toSeq: seq(to), countMax, isNewest };
      const reads = scene.store.readCount;
      const held = warm.read(range);
      expect(held).not.toBeInstanceOf(Promise);
      expect(scene.store.readCount).toBe(reads);
      expect(await cold.read(range)).toEqual(await held);
      expect(await scene.store.readEntries(range)).toEqual(await held);
    },
  );

  it.each([
    [[1, 10], [1, 10], 100],
    [[1, 10], [3, 3], 100],
    [[1, 10], [2, 3], 2],
    [[9, 9], [1, 10], 5],
    [[1, 7], [1, 10], 5],
  ] as const)(
    '[LG11] reads amendments in %j of %j, at most %i',
    async ([from, to], [first, last], countMax) => {
      const { talk, warm, cold } = await readers();
      const range = {
        conversation: talk,
        fromSeq: seq(from),
        toSeq: seq(to),
        targetFromSeq: seq(first),
        targetToSeq: seq(last),
        countMax,
      };
      const held = warm.amendments(range);
      expect(held).not.toBeInstanceOf(Promise);
      expect(await cold.amendments(range)).toEqual(await held);
    },
  );

  it('[LG11] finds the facts of a target, from memory or store', async () => {
    const { talk, warm, cold } = await readers();
    for (const target of [0, 1, 2, 3, 8, 10, 11]) {
      expect(await cold.entryFacts(talk, seq(target))).toEqual(await warm.entryFacts(talk, seq(target)));
    }
    expect(await warm.entryFacts(talk, seq(2))).toMatchObject({ sender: ANA, isRecalled: true, asOf: 10 });
    expect(await warm.entryFacts(talk, seq(3))).toMatchObject({ sender: BEN, isRecalled: false });
    expect(warm.entryFacts(talk, seq(11))).toBeNull();
    expect(warm.entryFacts(99 as never, seq(1))).toBeNull();
  });

  it('[LG11] finds the facts of a read marker, from memory or store', async () => {
    const { talk, warm, cold } = await readers();
    for (let upTo = 0; upTo <= 12; upTo++) {
      const facts = await warm.readFacts(talk, ANA, seq(upTo));
      expect(await cold.readFacts(talk, ANA, seq(upTo))).toEqual(facts);
      // Six messages by turns, ana first, from seq 2 on.
      const messages = Math.min(6, Math.max(0, upTo - 1));
      expect(facts).toEqual({ ordinal: messages, own: Math.ceil(messages / 2) });
    }
  });
});
