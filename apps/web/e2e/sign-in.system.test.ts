import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

describeNeeding('chromium', 'signing in and out', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
    const owner = await stage.person();
    await owner.register('touchstone');
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('says what is wrong and keeps what was typed', async () => {
    const guest = await stage.person();
    await guest.signIn('touchstone', 'not his password');
    await guest.page.getByText('用户名或密码错误。').waitFor();
    expect(await guest.page.getByLabel('用户名').inputValue()).toBe('touchstone');
    await guest.button('还没有账号？注册').click();
    // The other form starts without the former one's error.
    await expect.poll(() => guest.page.getByRole('alert').innerText()).toBe('');
    await guest.button('注册新账号').click();
    await expect.poll(() => guest.page.getByRole('alert').innerText()).not.toBe('');
    expect(await guest.page.getByLabel('用户名').inputValue()).toBe('touchstone');
    await guest.button('已有账号？登录').click();
    await guest.signIn('touchstone', PASSWORD);
    await guest.heading.waitFor();
    expect(stage.problems).toEqual([]);
  });

  it('opens a person in a second window, and keeps the first', async () => {
    const first = await stage.person();
    await first.register('silvius');
    const second = await stage.tabOf(first);
    await second.button('在此窗口一起使用').click();
    await second.heading.waitFor();
    await second.begin('touchstone');
    await second.say('hello');
    await first.page.bringToFront();
    await first.page.reload();
    // A reload comes back as the same person, without being asked.
    await first.row('touchstone').waitFor();
    await second.row('touchstone').waitFor();
    expect(stage.problems).toEqual([]);
  });

  it('forgets who it was after signing out', async () => {
    const phebe = await stage.person();
    await phebe.register('phebe');
    await phebe.button('退出登录').click();
    await phebe.page.getByLabel('用户名').waitFor();
    await phebe.page.reload();
    await phebe.page.getByLabel('用户名').waitFor();
    await phebe.signIn('phebe', PASSWORD);
    await phebe.heading.waitFor();
    expect(stage.problems).toEqual([]);
  });
});
