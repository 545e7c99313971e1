import { expect } from 'vitest';
import type { GatewayPeer } from './gateway-driver.ts';
import { scenario } from './gateway-scenario.ts';
import {
  type GatewayStage,
  isRefused,
  quiet,
  seqShown,
  textsOf,
  until,
  untilTexts,
} from './gateway-stage.ts';

interface Group {
  readonly group: number;
  readonly names: readonly [string, string, string];
  readonly ana: GatewayPeer;
  readonly ben: GatewayPeer;
  readonly cai: GatewayPeer;
}

async function threeIn(stage: GatewayStage): Promise<Group> {
  const names = [await stage.account('ana'), await stage.account('ben'), await stage.account('cai')] as const;
  const [ana, ben, cai] = [
    await stage.arrive(names[0]),
    await stage.arrive(names[1]),
    await stage.arrive(names[2]),
  ];
  const group = await ana.createGroup('Arden', [names[1], names[2]]);
  return { group, names, ana, ben, cai };
}

export const GROUP_SCENARIOS = [
  scenario('[GC10] shows a message to every member', ['groups'], async (stage) => {
    const { group, ana, ben, cai } = await threeIn(stage);
    await ana.send({ group }, 'all of you');
    await untilTexts(ben, { group }, ['all of you']);
    await untilTexts(cai, { group }, ['all of you']);
  }),

  scenario('[GC10] shows all members one order', ['groups', 'own-echo'], async (stage) => {
    const { group, ana, ben, cai } = await threeIn(stage);
    const sends = [ana, ben, cai].flatMap((peer, who) =>
      Array.from({ length: 15 }, (_, at) => peer.send({ group }, `${who} says ${at}`)),
    );
    await Promise.all(sends);
    for (const peer of [ana, ben, cai]) await untilTexts(peer, { group }, Array(45).fill(''));
    expect(textsOf(ben, { group })).toEqual(textsOf(ana, { group }));
    expect(textsOf(cai, { group })).toEqual(textsOf(ana, { group }));
  }),

  scenario('[GC11] lets no outsider say anything, nor hear it', ['groups'], async (stage) => {
    const { group, ana, ben } = await threeIn(stage);
    const outsider = await stage.arrive(await stage.account('dan'));
    const result = await outsider.send({ group }, 'let me in');
    expect(isRefused(result, 'permission.not_member')).toBe(true);
    await ana.send({ group }, 'members only');
    await untilTexts(ben, { group }, ['members only']);
    await quiet();
    expect(textsOf(ben, { group })).toEqual(['members only']);
    expect(outsider.seen).toEqual([]);
  }),

  scenario('[GC11] says the same of a group that does not exist', ['groups'], async (stage) => {
    const { ana } = await threeIn(stage);
    expect(isRefused(await ana.send({ group: 987_654_321 }, 'hello?'), 'permission.not_member')).toBe(true);
  }),

  scenario(
    '[GC12] shows an invited person what is said from then on',
    ['groups', 'members'],
    async (stage) => {
      const { group, ana } = await threeIn(stage);
      const name = await stage.account('dan');
      const dan = await stage.arrive(name);
      expect((await ana.invite(group, name)).outcome).toBe('done');
      await ana.send({ group }, 'welcome');
      await until('dan hears', () => textsOf(dan, { group }).includes('welcome'));
      expect((await dan.send({ group }, 'thank you')).outcome).toBe('done');
      await untilTexts(ana, { group }, ['thank you']);
    },
  ),

  scenario('[GC12] shows a removed person nothing more, at once', ['groups', 'members'], async (stage) => {
    const { group, names, ana, ben, cai } = await threeIn(stage);
    await ana.send({ group }, 'before');
    await untilTexts(cai, { group }, ['before']);
    expect((await ana.remove(group, names[2])).outcome).toBe('done');
    await ana.send({ group }, 'after');
    await untilTexts(ben, { group }, ['before', 'after']);
    await quiet();
    expect(textsOf(cai, { group })).toEqual(['before']);
    expect(isRefused(await cai.send({ group }, 'and I?'), 'permission.not_member')).toBe(true);
  }),

  scenario(
    '[GC12] shows a removed person no change of what they saw',
    ['groups', 'members', 'edit', 'react', 'recall'],
    async (stage) => {
      const { group, names, ana, ben, cai } = await threeIn(stage);
      for (const text of ['one', 'two', 'three']) await ana.send({ group }, text);
      await untilTexts(cai, { group }, ['one', 'two', 'three']);
      const [one, two, three] = [
        await seqShown(cai, { group }, 'one'),
        await seqShown(cai, { group }, 'two'),
        await seqShown(cai, { group }, 'three'),
      ];
      expect((await ana.remove(group, names[2])).outcome).toBe('done');
      await quiet();
      const seen = [...cai.seen];
      expect((await ana.edit({ group }, one, 'another one')).outcome).toBe('done');
      expect((await ben.react({ group }, two, '👍')).outcome).toBe('done');
      expect((await ana.recall({ group }, three)).outcome).toBe('done');
      const kinds = (): string[] => ben.seen.slice(-3).map(({ kind }) => kind);
      await until('ben sees all of it', () => kinds().join() === 'edit,reaction,recall');
      await quiet();
      expect(cai.seen).toEqual(seen);
    },
  ),

  scenario(
    '[GC12] shows a removed person nobody who types or reads',
    ['groups', 'members', 'typing', 'read'],
    async (stage) => {
      const { group, names, ana, ben, cai } = await threeIn(stage);
      await ana.send({ group }, 'to be read');
      await untilTexts(cai, { group }, ['to be read']);
      const seq = await seqShown(ben, { group }, 'to be read');
      expect((await ana.remove(group, names[2])).outcome).toBe('done');
      await quiet();
      const [typing, reading] = [cai.typists.length, cai.reads.length];
      ben.read({ group }, seq);
      ben.typing({ group });
      await until('ana sees who types', () => ana.typists.includes(names[1]));
      await quiet();
      expect([cai.typists.length, cai.reads.length]).toEqual([typing, reading]);
    },
  ),

  scenario('[GC12] lets only those remove who may', ['groups', 'members'], async (stage) => {
    const { group, names, ben } = await threeIn(stage);
    expect(isRefused(await ben.remove(group, names[2]), 'permission.role')).toBe(true);
  }),

  scenario('[GC12] shows who left nothing more', ['groups', 'members'], async (stage) => {
    const { group, ana, ben, cai } = await threeIn(stage);
    expect((await cai.leaveGroup(group)).outcome).toBe('done');
    await ana.send({ group }, 'who is here');
    await untilTexts(ben, { group }, ['who is here']);
    await quiet();
    expect(textsOf(cai, { group })).toEqual([]);
  }),

  scenario('[GC13] shows a new title to every member', ['groups', 'title'], async (stage) => {
    const { group, ana, ben } = await threeIn(stage);
    expect((await ana.rename(group, '亚登森林')).outcome).toBe('done');
    await until('ben sees the title', () =>
      ben.seen.some(({ kind, text }) => kind === 'settings' && text === '亚登森林'),
    );
  }),

  scenario('[GC13] lets only those change the title who may', ['groups', 'title'], async (stage) => {
    const { group, ben } = await threeIn(stage);
    expect(isRefused(await ben.rename(group, 'mine'), 'permission.role')).toBe(true);
  }),
];
