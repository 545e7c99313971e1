import { createClient } from '@skein/client';
import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD, type Person } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

const COUNT = 300;
// Long enough for a page of history to arrive and to be drawn.
const WATCHED_MS = 400;

describeNeeding('chromium', 'a long history', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('is read page by page without anything moving under the eyes', async () => {
    const reader = await stage.person();
    await reader.register('reader');
    await using writer = createClient({
      url: stage.url,
      auth: { register: { user: 'writer', password: PASSWORD } },
      cache: 'memory',
    });
    const pages = writer.conversations.direct('reader');
    for (let n = 1; n <= COUNT; n++) pages.send(`line ${n}`);
    await pages.send('the end').sent;
    await reader.open('writer');
    await expect.poll(() => reader.texts()).toContain('the end');
    expect(await reader.messages.count()).toBeLessThan(COUNT);
    // Opened at the newest, which is read by that.
    await expect.poll(() => reader.page.title()).not.toContain('(');

    let shiftMax = 0;
    while (!(await reader.texts()).includes('line 1')) {
      shiftMax = Math.max(shiftMax, await scrollUp(reader));
    }
    expect(shiftMax).toBeLessThanOrEqual(1);
    const lines = (await reader.texts()).slice(-COUNT - 1, -1);
    expect(lines).toEqual(Array.from({ length: COUNT }, (_, index) => `line ${index + 1}`));

    // Something new does not pull away whoever is reading something old, and is not taken for read.
    await pages.send('a postscript').sent;
    await expect.poll(() => reader.page.title()).toContain('(1)');
    await reader.button('回到最新').click();
    await expect.poll(() => reader.page.title()).not.toContain('(');
    expect(stage.problems).toEqual([]);
  });
});

/** Scrolls near the top, where more is loaded, and answers by how much the topmost visible message moved meanwhile. */
function scrollUp(reader: Person): Promise<number> {
  return reader.page.evaluate(async (watchedMs) => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const box = document.querySelector('.timeline');
    if (box === null) return Number.POSITIVE_INFINITY;
    box.scrollTop = 300;
    await frame();
    const top = box.getBoundingClientRect().top;
    const message = [...box.querySelectorAll('.message')].find(
      (one) => one.getBoundingClientRect().bottom > top,
    );
    if (message === undefined) return Number.POSITIVE_INFINITY;
    const at = message.getBoundingClientRect().top;
    let shift = 0;
    for (const endMs = performance.now() + watchedMs; performance.now() < endMs; await frame()) {
      shift = Math.max(shift, Math.abs(message.getBoundingClientRect().top - at));
    }
    return shift;
  }, WATCHED_MS);
}
