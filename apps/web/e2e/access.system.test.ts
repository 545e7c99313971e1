import { describeNeeding } from '@skein/needs';
import axe from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD, type Person } from './testing/person.ts';
import { DESKTOP, PHONE, Stage } from './testing/stage.ts';

describeNeeding('chromium', 'the page for everybody', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
    const partner = await stage.person();
    await partner.register('partner', { name: '搭档' });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no accessibility violations in ${colorScheme} colours`, async () => {
      const person = await stage.person({ ...DESKTOP, colorScheme });
      expect(await violations(person)).toEqual([]);
      await person.register(`user-${colorScheme}`);
      expect(await violations(person)).toEqual([]);
      await person.begin('partner');
      await person.say('一条消息');
      await person.say('收回的话');
      await person.receipt('已送达').waitFor();
      await person.act('收回的话', '撤回');
      await person.act('一条消息', '赞');
      await person.message('一条消息').getByRole('button', { name: '👍 1' }).waitFor();
      await person.message('一条消息').hover();
      expect(await violations(person)).toEqual([]);
      const other = await stage.tabOf(person);
      await other.button('在此窗口一起使用').waitFor();
      expect(await violations(other)).toEqual([]);
      expect(stage.problems).toEqual([]);
    });
  }

  it('has targets large enough for a finger and nothing beside the screen', async () => {
    const person = await stage.person(PHONE);
    expect(await smallTargets(person)).toEqual([]);
    await person.register('thumb');
    await person.begin('partner');
    await person.say('一'.repeat(200));
    await person.receipt('已送达').waitFor();
    expect(await smallTargets(person)).toEqual([]);
    await person.button('返回').click();
    await person.row('搭档').waitFor();
    expect(await smallTargets(person)).toEqual([]);
  });

  it('works with the keyboard alone', async () => {
    const person = await stage.person();
    const { keyboard } = person.page;
    const focused = (): Promise<string> =>
      person.page.evaluate(() => {
        const at = document.activeElement;
        if (at === document.body) return '';
        const label = at?.getAttribute('aria-label') ?? at?.textContent ?? '';
        return at instanceof HTMLInputElement ? (at.labels?.[0]?.textContent ?? label) : label;
      });
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let step = 0; step < 30; step++) {
        if (name.test(await focused())) return;
        await keyboard.press('Tab');
      }
      throw new Error(`the Tab key does not lead to ${String(name)}`);
    };
    await tabTo(/注册/);
    await keyboard.press('Enter');
    await tabTo(/^用户名/);
    await keyboard.type('keys');
    await keyboard.press('Tab');
    await keyboard.type(PASSWORD);
    await keyboard.press('Enter');
    await person.heading.waitFor();
    await tabTo(/^对方的用户名/);
    await keyboard.type('partner');
    await keyboard.press('Enter');
    await person.composer.waitFor();
    // The conversation that was asked for has the focus where one writes.
    await expect.poll(focused).toMatch(/发消息/);
    await keyboard.type('第一条');
    await keyboard.press('Enter');
    await keyboard.type('第二条');
    await keyboard.press('Shift+Enter');
    await keyboard.type('第二行');
    await keyboard.press('Enter');
    await person.receipt('已送达').waitFor();
    expect(await person.texts()).toEqual(['第一条', '第二条\n第二行']);
    // Back from the composer to the newest message, up to the one before, and like it.
    await keyboard.press('Shift+Tab');
    for (let step = 0; step < 5 && !/第二条/.test(await focused()); step++) await keyboard.press('Shift+Tab');
    await keyboard.press('ArrowUp');
    expect(await focused()).toMatch(/第一条/);
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await person.message('第一条').getByRole('button', { name: '👍 1' }).waitFor();
    // The list: arrows move, Enter opens.
    await person.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await tabTo(/搭档/);
    await keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/搭档/);
    await keyboard.press('Enter');
    await expect.poll(focused).toMatch(/发消息|搭档/);
    expect(stage.problems).toEqual([]);
  });
});

/** What axe finds in the page as it is now, as one line each. */
async function violations({ page }: Person): Promise<string[]> {
  // Not a script tag: the page's own policy would rightly refuse it.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations: all } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return all.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map((node) => node.html) }));
  });
  return found.map(({ id, impact, at }) => `${impact ?? ''} ${id}: ${at.join(' ')}`);
}

/** Controls under 44 px, and whether the page is wider than the screen. */
function smallTargets({ page }: Person): Promise<string[]> {
  return page.evaluate(() => {
    const isShown = (one: Element): boolean => one.checkVisibility({ visibilityProperty: true });
    const small = [...document.querySelectorAll('button, textarea')].filter(
      (one) => isShown(one) && one.getBoundingClientRect().height < 44 && one.closest('.reactions') === null,
    );
    const isWide = document.documentElement.scrollWidth > innerWidth;
    return [...small.map((one) => one.outerHTML), ...(isWide ? ['wider than the screen'] : [])];
  });
}
