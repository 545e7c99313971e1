import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

const WAIT_MS_MAX = 45_000;

describeNeeding('chromium', 'the page without its server', () => {
  let stage: Stage;
  let viola: Person;
  let orsino: Person;
  beforeAll(async () => {
    stage = await Stage.open();
    [viola, orsino] = [await stage.person(), await stage.person()];
    await viola.register('viola');
    await orsino.register('orsino');
    await orsino.begin('viola');
    await orsino.say('If music be the food of love');
    await viola.open('orsino');
    await viola.message('If music be').waitFor();
    await viola.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('starts all the same, says so, and takes in what is written', async () => {
    await stage.killServer();
    await viola.page.reload();
    await viola.message('If music be').waitFor();
    await viola.row('orsino').waitFor();
    await viola.told('离线。恢复连接后会自动发送消息。').waitFor();
    await viola.say('play on');
    await viola.told('离线 · 1 条待发送').waitFor();
    await viola.page.reload();
    await viola.message('play on').waitFor();
    await stage.startServer();
    for (const person of [viola, orsino]) await person.retryNow();
    await orsino.message('play on').waitFor({ timeout: WAIT_MS_MAX });
    expect(stage.problems).toEqual([]);
  });

  it('starts in a new window of a device without a network', async () => {
    await viola.page.context().setOffline(true);
    const window = await stage.tabOf(viola);
    await window.button('在此窗口一起使用').click();
    await window.row('orsino').waitFor();
    await window.page.close();
    await viola.page.context().setOffline(false);
    expect(stage.problems).toEqual([]);
  });

  it('offers the version that the server came back with, and starts it when told to', async () => {
    await stage.killServer();
    stage.publishAnother();
    await stage.startServer();
    await viola.page.reload();
    await viola.told('有新版本。').waitFor();
    await Promise.all([viola.page.waitForEvent('load'), viola.button('更新').click()]);
    await viola.message('If music be').waitFor();
    expect(await cacheNames(viola)).toContain('skein-page-another');
    await viola.told('有新版本。').waitFor({ state: 'detached' });
    await stage.killServer();
    await viola.page.reload();
    await viola.message('If music be').waitFor();
    expect(stage.problems).toEqual([]);
  });
});

function cacheNames({ page }: Person): Promise<string[]> {
  return page.evaluate(() => caches.keys());
}
