import { expect } from 'vitest';
import { scenario } from './gateway-scenario.ts';
import { quiet, sendAll, seqShown, textsOf, until, untilTexts } from './gateway-stage.ts';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `missed ${at}`);

export const ABSENCE_SCENARIOS = [
  scenario(
    '[GC19] tells a device that comes back what it missed, in order, once',
    ['resume'],
    async (stage) => {
      const [ana, ben] = [await stage.account('ana'), await stage.account('ben')];
      const anas = await stage.arrive(ana);
      const before = await stage.arrive(ben, { device: 'phone-of-ben' });
      await anas.send({ direct: ben }, 'before');
      await untilTexts(before, { direct: ana }, ['before']);
      await before.leave();
      for (const text of numbered(20)) await anas.send({ direct: ben }, text);
      const back = await stage.arrive(ben, { device: 'phone-of-ben' });
      await untilTexts(back, { direct: ana }, numbered(20));
      await anas.send({ direct: ben }, 'live');
      await until('the live one', () => textsOf(back, { direct: ana }).includes('live'));
      expect(textsOf(back, { direct: ana })).toEqual([...numbered(20), 'live']);
    },
  ),

  scenario('[GC19] tells of three hundred missed ones', ['resume'], async (stage) => {
    const [ana, ben] = [await stage.account('ana'), await stage.account('ben')];
    const anas = await stage.arrive(ana);
    const before = await stage.arrive(ben, { device: 'phone-of-ben' });
    await anas.send({ direct: ben }, 'before');
    await untilTexts(before, { direct: ana }, ['before']);
    before.cut();
    await quiet();
    await sendAll(anas, { direct: ben }, numbered(300));
    const back = await stage.arrive(ben, { device: 'phone-of-ben' });
    await untilTexts(back, { direct: ana }, numbered(300));
    await quiet();
    const texts = textsOf(back, { direct: ana });
    // Over a line that broke, the last one may not have been acknowledged.
    expect(texts.filter((text) => text !== 'before')).toEqual(numbered(300));
  }),

  scenario('[GC19] loses nothing over a line that breaks again and again', ['resume'], async (stage) => {
    const [ana, ben] = [await stage.account('ana'), await stage.account('ben')];
    const anas = await stage.arrive(ana);
    const sent: string[] = [];
    const shown: string[] = [];
    for (let time = 0; time < 8; time++) {
      const bens = await stage.arrive(ben, { device: 'phone-of-ben' });
      for (let at = 0; at < 3; at++) {
        sent.push(`${time}/${at}`);
        await anas.send({ direct: ben }, `${time}/${at}`);
      }
      await until('the newest', () => textsOf(bens, { direct: ana }).includes(sent.at(-1) ?? ''));
      shown.push(...textsOf(bens, { direct: ana }));
      bens.cut();
      sent.push(`away ${time}`);
      await anas.send({ direct: ben }, `away ${time}`);
    }
    const last = await stage.arrive(ben, { device: 'phone-of-ben' });
    await until('the last', () => textsOf(last, { direct: ana }).includes(sent.at(-1) ?? ''));
    shown.push(...textsOf(last, { direct: ana }));
    expect([...new Set(shown)]).toEqual(sent);
  }),

  scenario(
    '[GC20] tells of edits and recalls of what a device already has',
    ['resume', 'edit', 'recall'],
    async (stage) => {
      const [ana, ben] = [await stage.account('ana'), await stage.account('ben')];
      const anas = await stage.arrive(ana);
      const before = await stage.arrive(ben, { device: 'phone-of-ben' });
      for (const text of ['first', 'second']) await anas.send({ direct: ben }, text);
      const first = await seqShown(before, { direct: ana }, 'first');
      const second = await seqShown(before, { direct: ana }, 'second');
      await before.leave();
      await anas.edit({ direct: ben }, first, 'first, corrected');
      await anas.recall({ direct: ben }, second);
      const back = await stage.arrive(ben, { device: 'phone-of-ben' });
      await until('the edit', () =>
        back.seen.some(({ kind, target }) => kind === 'edit' && target === first),
      );
      await until('the recall', () =>
        back.seen.some(({ kind, target }) => kind === 'recall' && target === second),
      );
    },
  ),

  scenario('[GC21] gives a reader who stopped everything once they go on', ['stall'], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    await anas.send({ direct: ben }, 'begin');
    await untilTexts(bens, { direct: ana }, ['begin']);
    bens.stall();
    const texts = Array.from({ length: 120 }, (_, at) => `${at} ${'x'.repeat(8_000)}`);
    await sendAll(anas, { direct: ben }, texts);
    bens.flow();
    await untilTexts(bens, { direct: ana }, Array(121).fill(''));
    expect(textsOf(bens, { direct: ana }).slice(1)).toEqual(texts);
  }),

  scenario('[GC21] lets a reader who stopped hold up nobody else', ['stall', 'groups'], async (stage) => {
    const names = [
      await stage.account('ana'),
      await stage.account('ben'),
      await stage.account('cai'),
    ] as const;
    const [ana, ben, cai] = [
      await stage.arrive(names[0]),
      await stage.arrive(names[1]),
      await stage.arrive(names[2]),
    ];
    const group = await ana.createGroup('Arden', [names[1], names[2]]);
    cai.stall();
    const texts = Array.from({ length: 80 }, (_, at) => `${at} ${'x'.repeat(8_000)}`);
    for (const text of texts) await ana.send({ group }, text);
    await untilTexts(ben, { group }, texts);
    expect(textsOf(ben, { group })).toEqual(texts);
    cai.flow();
    await untilTexts(cai, { group }, texts);
  }),

  scenario('[GC22] takes a broken line for what it is, and the next one at once', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    bens.cut();
    const again = await stage.arrive(ben);
    await anas.send({ direct: ben }, 'again');
    await untilTexts(again, { direct: ana }, ['again']);
  }),
];
