import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

const WORDS_MS_MAX = 45_000;

describeNeeding('chromium', 'the page and a world that fails', () => {
  let stage: Stage;
  let jaques: Person;
  let audrey: Person;
  beforeAll(async () => {
    stage = await Stage.open();
    [jaques, audrey] = [await stage.person(), await stage.person()];
    await jaques.register('jaques');
    await audrey.register('audrey');
    await jaques.begin('audrey');
    await jaques.say('All the world’s a stage');
    await audrey.open('jaques');
    await audrey.message('All the world').waitFor();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('keeps what is written without a network and sends it once when there is one', async () => {
    await jaques.page.context().setOffline(true);
    await jaques.say('They have their exits');
    await jaques.say('and their entrances');
    await jaques.receipt('发送中').or(jaques.receipt('等待发送')).waitFor();
    await jaques.told('离线 · 2 条待发送').waitFor({ timeout: WORDS_MS_MAX });
    await jaques.page.context().setOffline(false);
    await audrey.message('and their entrances').waitFor({ timeout: WORDS_MS_MAX });
    await expect
      .poll(() => audrey.texts())
      .toEqual(['All the world’s a stage', 'They have their exits', 'and their entrances']);
    expect(stage.problems).toEqual([]);
  });

  it('survives a server that is killed and comes back', async () => {
    const before = await jaques.texts();
    await stage.killServer();
    await jaques.say('Sans teeth, sans eyes');
    await jaques.told('离线 · 1 条待发送').waitFor();
    await stage.startServer();
    for (const person of [jaques, audrey]) await person.retryNow();
    await audrey.message('Sans teeth').waitFor({ timeout: WORDS_MS_MAX });
    expect(await audrey.texts()).toEqual([...before, 'Sans teeth, sans eyes']);
    expect(stage.problems).toEqual([]);
  });

  it('gives a text that is too long back to whoever wrote it', async () => {
    const before = await audrey.texts();
    const long = 'full of strange oaths, '.repeat(2_000).trim();
    await jaques.say(long);
    await jaques.told('消息过长。').waitFor();
    await jaques.page.getByRole('button', { name: '重新编辑' }).click();
    const box = jaques.page.getByRole('textbox');
    await expect.poll(() => box.inputValue()).toBe(long);
    await expect.poll(() => jaques.texts()).toEqual(before);
    await jaques.say('full of strange oaths');
    await audrey.message('strange oaths').waitFor({ timeout: WORDS_MS_MAX });
    expect(await audrey.texts()).toEqual([...before, 'full of strange oaths']);
    expect(stage.problems).toEqual([]);
  });

  it('finishes after a reload what was being sent before it', async () => {
    await stage.killServer();
    await jaques.say('sans taste');
    // Written down before anything is sent; the page may go right after.
    await jaques.receipt('等待发送').waitFor();
    await stage.startServer();
    await jaques.page.reload();
    await audrey.retryNow();
    await audrey.message('sans taste').waitFor({ timeout: WORDS_MS_MAX });
    await jaques.receipt('已读').waitFor();
    expect(await audrey.message('sans taste').count()).toBe(1);
    expect(stage.problems).toEqual([]);
  });
});
