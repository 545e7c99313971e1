import { expect } from 'vitest';
import { SignInRefused } from './gateway-driver.ts';
import { scenario } from './gateway-scenario.ts';
import { quiet, textsOf, until, untilTexts } from './gateway-stage.ts';

export const SIGN_IN_SCENARIOS = [
  scenario('[GC1] lets in whoever has the password', [], async (stage) => {
    const { anas, bens, ben, ana } = await stage.pair();
    await anas.send({ direct: ben }, 'here I am');
    await untilTexts(bens, { direct: ana }, ['here I am']);
  }),

  scenario('[GC1] lets nobody in with a wrong password', [], async (stage) => {
    const ana = await stage.account('ana');
    await expect(stage.arrive(ana, { password: 'another one' })).rejects.toThrow(SignInRefused);
  }),

  scenario('[GC1] tells nobody whether there is such a user', [], async (stage) => {
    const ana = await stage.account('ana');
    const codeOf = (error: unknown): string => (error instanceof SignInRefused ? error.code : String(error));
    const wrong = await stage.arrive(ana, { password: 'another one' }).catch(codeOf);
    const nobody = await stage.arrive(`${ana}-does-not-exist`).catch(codeOf);
    expect(nobody).toBe(wrong);
  }),

  scenario('[GC1] lets in with a password of any language', [], async (stage) => {
    const ana = await stage.account('ana');
    const ben = await stage.account('ben', '密码 Übergröße 🔑');
    const [anas, bens] = [await stage.arrive(ana), await stage.arrive(ben)];
    await anas.send({ direct: ben }, 'hello');
    await untilTexts(bens, { direct: ana }, ['hello']);
  }),

  scenario('[GC2] shows everything on both of somebody’s devices', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const second = await stage.arrive(ben);
    await anas.send({ direct: ben }, 'to both');
    await untilTexts(bens, { direct: ana }, ['to both']);
    await untilTexts(second, { direct: ana }, ['to both']);
  }),

  scenario('[GC2] shows what one device said on the other', [], async (stage) => {
    const { ben, anas, ana } = await stage.pair();
    const second = await stage.arrive(ana);
    await anas.send({ direct: ben }, 'said on the first');
    await untilTexts(second, { direct: ben }, ['said on the first']);
  }),

  scenario(
    '[GC2] shows what somebody said on the very device they said it on, once',
    ['own-echo'],
    async (stage) => {
      const { ben, anas } = await stage.pair();
      await anas.send({ direct: ben }, 'one');
      await anas.send({ direct: ben }, 'two');
      await untilTexts(anas, { direct: ben }, ['one', 'two']);
      await quiet();
      expect(textsOf(anas, { direct: ben })).toEqual(['one', 'two']);
    },
  ),

  scenario('[GC2] goes on when the other device leaves', [], async (stage) => {
    const { ana, ben, anas, bens } = await stage.pair();
    const second = await stage.arrive(ben);
    await second.leave();
    await anas.send({ direct: ben }, 'still here?');
    await untilTexts(bens, { direct: ana }, ['still here?']);
  }),

  scenario('[GC3] ends the connection of a device that arrives once more', ['kicked-off'], async (stage) => {
    const ana = await stage.account('ana');
    const first = await stage.arrive(ana, { device: 'the-one-device' });
    await stage.arrive(ana, { device: 'the-one-device' });
    let isOver = false;
    void first.ended.then(() => (isOver = true));
    await until('the first connection is ended', () => isOver);
  }),
];
