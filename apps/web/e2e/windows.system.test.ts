import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

const USE_HERE = /在此窗口一起使用|open it here too/;
// Frozen, not closed: noticed by its silence (3 s), at the latest when the window that is seen looks (5 s).
const FROZEN_MS_MAX = 12_000;

describeNeeding('chromium', 'windows of one person', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('[WN1, WN3, WN4] are used side by side', async () => {
    const [phebe, silvius, second] = await scene('phebe', 'silvius');
    await second.say('from the second window');
    await phebe.message('from the second window').waitFor();
    await silvius.message('from the second window').waitFor();
    await phebe.say('from the first');
    await second.message('from the first').waitFor();
    await silvius.composer.pressSequentially('what shall I say');
    await Promise.all([phebe, second].map(({ page }) => page.getByText('silvius 正在输入…').waitFor()));
    await silvius.say('to both');
    await Promise.all([phebe, second].map((window) => window.message('to both').waitFor()));
    await expect.poll(() => phebe.texts()).toEqual(await silvius.texts());
    await expect.poll(() => second.texts()).toEqual(await silvius.texts());
    expect(stage.problems).toEqual([]);
  });

  it('[WN6] go on when the leader is closed, and lose and double nothing', async () => {
    const [leader, other, second] = await scene('corin', 'touchstone');
    for (let n = 0; n < 5; n++) await second.say(`before ${n}`);
    const startedAt = performance.now();
    await leader.page.close();
    await second.say('after');
    await other.message('after').waitFor();
    const tookMs = Math.round(performance.now() - startedAt);
    console.log(`a window closed; what the other one said arrived ${tookMs} ms later`);
    await other.say('heard');
    await second.message('heard').waitFor();
    const expected = ['before 0', 'before 1', 'before 2', 'before 3', 'before 4', 'after', 'heard'];
    expect(await other.texts()).toEqual(expected);
    await expect.poll(() => second.texts()).toEqual(expected);
    expect(stage.problems).toEqual([]);
  });

  it('[WN6] go on when the leader is frozen, which follows when it wakes up', async () => {
    const [leader, other, second] = await scene('jaques', 'audrey');
    const cdp = await leader.page.context().newCDPSession(leader.page);
    await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
    await second.say('while it sleeps');
    await other.message('while it sleeps').waitFor({ timeout: FROZEN_MS_MAX });
    await cdp.send('Page.setWebLifecycleState', { state: 'active' });
    await leader.message('while it sleeps').waitFor();
    await leader.say('awake');
    await Promise.all([other, second].map((window) => window.message('awake').waitFor()));
    expect(await other.texts()).toEqual(['while it sleeps', 'awake']);
    expect(stage.problems).toEqual([]);
  }, 60_000);

  /** Two windows of the first, one of the second, all in the same conversation. */
  async function scene(first: string, second: string): Promise<readonly [Person, Person, Person]> {
    const leader = await stage.person();
    await leader.register(first);
    const other = await stage.person();
    await other.register(second);
    const window = await stage.tabOf(leader);
    await window.button(USE_HERE).click();
    await window.heading.waitFor();
    await leader.begin(second);
    await window.begin(second);
    await other.begin(first);
    await Promise.all([leader, other, window].map((page) => page.composer.waitFor()));
    return [leader, other, window];
  }
});
