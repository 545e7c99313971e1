import { expect } from 'vitest';
import type { Ability, Seen } from './gateway-driver.ts';
import { scenario } from './gateway-scenario.ts';
import { isRefused, seqShown, until } from './gateway-stage.ts';

const seesIt = (seen: readonly Seen[], wanted: Partial<Seen>): boolean =>
  seen.some((each) => Object.entries(wanted).every(([name, value]) => each[name as keyof Seen] === value));

export const CHANGE_SCENARIOS = [
  scenario('[GC14] shows an edit, and what it changes', ['edit'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'teh message');
    const target = await seqShown(bens, { direct: ana }, 'teh message');
    expect((await anas.edit({ direct: ben }, target, 'the message')).outcome).toBe('done');
    await until('ben sees the edit', () => seesIt(bens.seen, { kind: 'edit', text: 'the message', target }));
  }),

  scenario('[GC14] lets nobody edit what another has said', ['edit'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'mine');
    const target = await seqShown(bens, { direct: ana }, 'mine');
    const result = await bens.edit({ direct: ana }, target, 'not yours');
    expect(isRefused(result, 'message.not_editable')).toBe(true);
  }),

  scenario('[GC15] shows that a message was recalled', ['recall'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'never mind');
    const target = await seqShown(bens, { direct: ana }, 'never mind');
    expect((await anas.recall({ direct: ben }, target)).outcome).toBe('done');
    await until('ben sees the recall', () => seesIt(bens.seen, { kind: 'recall', target }));
  }),

  scenario('[GC15] lets nobody recall what another has said', ['recall'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'mine');
    const target = await seqShown(bens, { direct: ana }, 'mine');
    expect(isRefused(await bens.recall({ direct: ana }, target), 'permission.role')).toBe(true);
  }),

  scenario('[GC15] lets nobody edit what was recalled', ['edit', 'recall'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'gone soon');
    const target = await seqShown(bens, { direct: ana }, 'gone soon');
    await anas.recall({ direct: ben }, target);
    const result = await anas.edit({ direct: ben }, target, 'back again');
    expect(isRefused(result, 'message.not_editable')).toBe(true);
  }),

  scenario('[GC16] shows a reaction, and to what', ['react'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'lunch?');
    const target = await seqShown(bens, { direct: ana }, 'lunch?');
    expect((await bens.react({ direct: ana }, target, '👍')).outcome).toBe('done');
    await until('ana sees it', () => seesIt(anas.seen, { kind: 'reaction', text: '👍', target, from: ben }));
  }),

  ...refusesUnknown('edit', (peer, place) => peer.edit(place, 9_999, 'of nothing')),
  ...refusesUnknown('recall', (peer, place) => peer.recall(place, 9_999)),
  ...refusesUnknown('react', (peer, place) => peer.react(place, 9_999, '👍')),

  scenario('[GC17] shows the sender how far the other has read', ['read'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'read me');
    const seq = await seqShown(bens, { direct: ana }, 'read me');
    bens.read({ direct: ana }, seq);
    await until('ana sees that ben has read', () =>
      anas.reads.some((read) => read.by === ben && read.seq >= seq),
    );
  }),

  scenario('[GC18] shows who is typing', ['typing'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'hello');
    await seqShown(bens, { direct: ana }, 'hello');
    bens.typing({ direct: ana });
    await until('ana sees ben typing', () => anas.typists.includes(ben));
  }),
];

function refusesUnknown(
  ability: Ability,
  change: (
    peer: Parameters<typeof seqShown>[0],
    place: { direct: string },
  ) => Promise<Parameters<typeof isRefused>[0]>,
) {
  return [
    scenario(`[GC16] refuses to ${ability} a message that is not there`, [ability], async (stage) => {
      const { ben, anas } = await stage.pair();
      await anas.send({ direct: ben }, 'the only one');
      expect(isRefused(await change(anas, { direct: ben }), 'message.not_found')).toBe(true);
    }),
  ];
}
