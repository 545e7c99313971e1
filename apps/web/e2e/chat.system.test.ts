import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESKTOP, PHONE, Stage } from './testing/stage.ts';

describeNeeding('chromium', 'two people and the page', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('lets two windows of one browser be two people who chat', async () => {
    const celia = await stage.person();
    await celia.register('celia');
    const rosalind = await stage.tabOf(celia);
    await rosalind.page.getByText('“celia”已在另一个窗口中打开').waitFor();
    await rosalind.register('rosalind');
    await rosalind.begin('celia');
    await rosalind.say('What think you of falling in love?');
    await celia.open('rosalind');
    await celia.say('Marry, I prithee, do.');
    await rosalind.message('Marry, I prithee').waitFor();
    // Each window comes back as its own person, in the conversation that was open.
    await Promise.all([celia.page.reload(), rosalind.page.reload()]);
    await rosalind.message('Marry, I prithee').waitFor();
    await celia.message('What think you').waitFor();
    await rosalind.say('But what is the sport?');
    await celia.message('But what is the sport?').waitFor();
    expect(await celia.texts()).toEqual(await rosalind.texts());
    expect(stage.problems).toEqual([]);
  });

  it('shows typing, unread, receipts and the title as they change', async () => {
    const orlando = await stage.person();
    await orlando.register('orlando');
    const adam = await stage.person({ ...DESKTOP, locale: 'en-US' });
    await adam.register('adam', { name: 'Old Adam' });
    await orlando.begin('adam');
    await orlando.say('亚当，我记得是这样的。');
    await orlando.receipt('已送达').waitFor();
    await adam.row('orlando').getByText('1 unread').waitFor();
    await expect.poll(() => adam.page.title()).toBe('(1) Skein');
    await adam.open('orlando');
    await orlando.receipt('已读').waitFor();
    await expect.poll(() => adam.page.title()).toBe('Skein');
    await adam.composer.pressSequentially('Yonder');
    await orlando.page.getByText('Old Adam 正在输入…').waitFor();
    await adam.composer.press('Enter');
    await orlando.message('Yonder').waitFor();
    await orlando.page.getByText('Old Adam 正在输入…').waitFor({ state: 'detached' });
    expect(stage.problems).toEqual([]);
  });

  it('makes a group, in which messages are edited, recalled, written again and liked', async () => {
    const duke = await stage.person();
    await duke.register('duke', { name: '公爵' });
    const phone = await stage.person(PHONE);
    await phone.register('amiens', { name: '阿米恩斯' });
    await duke.begin('nobody-at-all');
    await duke.page.getByText('没有“nobody-at-all”这个用户。').waitFor();
    await duke.beginGroup('亚登森林', ['amiens']);
    await duke.say('天气真冷');
    await phone.open('亚登森林');
    await phone.message('天气真冷').waitFor();

    await duke.act('天气真冷', '编辑');
    await duke.say('冰雪的天气');
    await phone.message('冰雪的天气').getByText('已编辑').waitFor();

    await phone.message('冰雪的天气').tap();
    await phone.message('冰雪的天气').getByRole('button', { name: '赞' }).click();
    await duke.message('冰雪的天气').getByRole('button', { name: '👍 1' }).waitFor();

    await duke.act('冰雪的天气', '撤回');
    await phone.told('公爵撤回了一条消息').waitFor();
    expect(await phone.texts()).not.toContain('冰雪的天气');
    await duke.button('重新编辑').click();
    await expect.poll(() => duke.composer.inputValue()).toBe('冰雪的天气');
    await duke.composer.press('Enter');
    await phone.message('冰雪的天气').waitFor();
    expect(stage.problems).toEqual([]);
  });
});
