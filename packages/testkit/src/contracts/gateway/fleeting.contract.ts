import { expect } from 'vitest';
import type { GatewayPeer, Place } from './gateway-driver.ts';
import { scenario } from './gateway-scenario.ts';
import { quiet, until, untilTexts } from './gateway-stage.ts';

export const FLEETING_SCENARIOS = [
  scenario('[GC23] shows what is said in passing to whoever is here', ['transient'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const second = await stage.arrive(ben);
    await anas.send({ direct: ben }, 'begin');
    await untilTexts(second, { direct: ana }, ['begin']);
    anas.sayInPassing?.({ direct: ben }, '👏');
    for (const peer of [bens, second]) await untilPassing(peer, '👏');
    expect(bens.passing?.[0]).toEqual({ from: ana, text: '👏', isWill: false });
  }),

  scenario('[GC23] keeps nothing that is said in passing', ['transient', 'history'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'kept');
    await untilTexts(bens, { direct: ana }, ['kept']);
    anas.sayInPassing?.({ direct: ben }, 'not kept');
    await untilPassing(bens, 'not kept');
    const later = await stage.arrive(ben);
    await quiet();
    expect((await later.history({ direct: ana }, 10)).map(({ text }) => text)).not.toContain('not kept');
    expect(later.passing).toEqual([]);
  }),

  scenario(
    '[GC23] shows nothing that an outsider says in passing',
    ['transient', 'groups'],
    async (stage) => {
      const { ben, anas, bens } = await stage.pair();
      const group = await anas.createGroup('Arden', [ben]);
      const outsider = await stage.arrive(await stage.account('dan'));
      outsider.sayInPassing?.({ group }, 'let me in');
      anas.sayInPassing?.({ group }, 'between us');
      await untilPassing(bens, 'between us');
      await quiet();
      expect(bens.passing?.map(({ text }) => text)).toEqual(['between us']);
    },
  ),

  scenario('[GC24] counts somebody as here while any of their devices is', ['presence'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await acquainted(anas, bens, { ana, ben });
    const second = await stage.arrive(ben);
    expect(await anas.isHere?.(ben)).toBe(true);
    bens.cut();
    await quiet();
    expect(await anas.isHere?.(ben)).toBe(true);
    await second.leave();
    await untilHere(anas, ben, false);
    await stage.arrive(ben);
    await untilHere(anas, ben, true);
  }),

  scenario('[GC24] hides a device by every way it has open, and no other', ['hiding'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await acquainted(anas, bens, { ana, ben });
    expect(await anas.isHere?.(ben)).toBe(true);
    expect((await bens.hide?.())?.outcome).toBe('done');
    expect(await anas.isHere?.(ben)).toBe(false);
    await stage.arrive(ben);
    await untilHere(anas, ben, true);
  }),

  scenario('[GC24] shows nobody to those with whom they share nothing', ['presence'], async (stage) => {
    const { ben, anas } = await stage.pair();
    expect(await anas.isHere?.(ben)).toBe(false);
  }),

  scenario(
    '[GC25] passes on what was left behind when the line breaks',
    ['will', 'transient'],
    async (stage) => {
      const { ana, ben, anas, bens } = await stage.pair();
      await acquainted(anas, bens, { ana, ben });
      expect((await anas.leaveWill?.({ direct: ben }, 'ana is gone'))?.outcome).toBe('done');
      anas.cut();
      await untilPassing(bens, 'ana is gone');
      expect(bens.passing).toEqual([{ from: ana, text: 'ana is gone', isWill: true }]);
    },
  ),

  scenario(
    '[GC25] passes on nothing after a goodbye, or while another device is here',
    ['will', 'transient'],
    async (stage) => {
      const { ana, ben, anas, bens } = await stage.pair();
      await acquainted(anas, bens, { ana, ben });
      const second = await stage.arrive(ana);
      await anas.leaveWill?.({ direct: ben }, 'the first is gone');
      await second.leaveWill?.({ direct: ben }, 'the second is gone');
      anas.cut();
      await quiet();
      await second.leave();
      await quiet();
      expect(bens.passing).toEqual([]);
    },
  ),
];

/** They have a conversation, and both know of it. */
async function acquainted(
  anas: GatewayPeer,
  bens: GatewayPeer,
  { ana, ben }: { readonly ana: string; readonly ben: string },
): Promise<void> {
  const place: Place = { direct: ana };
  await anas.send({ direct: ben }, 'hello');
  await untilTexts(bens, place, ['hello']);
}

function untilPassing(peer: GatewayPeer, text: string): Promise<void> {
  return until(`"${text}" in passing`, () => peer.passing?.some((said) => said.text === text) === true);
}

async function untilHere(peer: GatewayPeer, user: string, wanted: boolean): Promise<void> {
  let isHere: boolean | undefined;
  const look = async (): Promise<void> => {
    isHere = await peer.isHere?.(user);
    if (isHere !== wanted) setTimeout(() => void look(), 20);
  };
  await look();
  await until(`${user} is ${wanted ? '' : 'not '}here`, () => isHere === wanted);
}
