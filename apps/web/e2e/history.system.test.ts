import { type Client, createClient } from '@skein/client';
import { describeNeeding } from '@skein/needs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD, type Person } from './testing/person.ts';
import { Stage } from './testing/stage.ts';

const COUNT = 300;
const LONG_COUNT = 10_000;
// Long enough for a page of history to arrive and to be drawn.
const WATCHED_MS = 400;
/** What experience shows a browser draws smoothly; a message has about ten. */
const NODES_MAX = 2_500;

describeNeeding('chromium', 'a long history', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open([
      '--set',
      'limits.sends_per_second_max=5000',
      '--set',
      'limits.sends_burst_max=20000',
    ]);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it('is read page by page without anything moving under the eyes', async () => {
    const reader = await stage.person();
    await reader.register('reader');
    await using writer = await stageWriter(stage, 'writer', 'reader', COUNT);
    await reader.open('writer');
    await expect.poll(() => reader.texts()).toContain('the end');
    expect(await reader.messages.count()).toBeLessThan(COUNT);
    // Opened at the newest, which is read by that.
    await expect.poll(() => reader.page.title()).not.toContain('(');

    const seen = new Set<string>();
    let shiftMax = 0;
    while (!seen.has('line 1')) {
      for (const text of await reader.texts()) seen.add(text);
      shiftMax = Math.max(shiftMax, await scrollUp(reader));
    }
    expect(shiftMax).toBeLessThanOrEqual(1);
    expect(seen.size).toBe(COUNT + 1);
    const lines = (await reader.texts()).slice(0, 10);
    expect(lines).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 1}`));

    // Something new does not pull away whoever is reading something old, and is not taken for read.
    await writer.conversations.direct('reader').send('a postscript').sent;
    await expect.poll(() => reader.page.title()).toContain('(1)');
    await reader.button('回到最新').click();
    await expect.poll(() => reader.page.title()).not.toContain('(');
    expect((await reader.texts()).at(-1)).toBe('a postscript');
    expect(stage.problems).toEqual([]);
  });

  it('of ten thousand messages scrolls to its beginning with few of them in the document', async () => {
    const reader = await stage.person();
    await reader.register('patient');
    await using _ = await stageWriter(stage, 'wordy', 'patient', LONG_COUNT);
    await reader.open('wordy');
    await expect.poll(() => reader.texts()).toContain('the end');
    const { nodesMax, frames, slowFrames } = await rideUp(reader, 'line 1');
    console.log(`${frames} frames to the top, ${slowFrames} over 50 ms; at most ${nodesMax} nodes`);
    expect(nodesMax).toBeLessThanOrEqual(NODES_MAX);
    await expect.poll(() => reader.texts()).toContain('line 1');
    // Arrow keys go on from there, End leads back to the newest.
    await reader.message('line 1').first().focus();
    for (let step = 0; step < 40; step++) await reader.page.keyboard.press('ArrowDown');
    await expect.poll(() => focusedLabel(reader)).toContain('line 41,');
    await reader.page.keyboard.press('End');
    await expect.poll(() => focusedLabel(reader)).toContain('the end');
    expect(stage.problems).toEqual([]);
  }, 300_000);
});

/** Somebody who has written `count` lines and the end. */
async function stageWriter(stage: Stage, user: string, to: string, count: number): Promise<Client> {
  const auth = { register: { user, password: PASSWORD } };
  const writer = createClient({ url: stage.url, auth, cache: 'memory' });
  const pages = writer.conversations.direct(to);
  for (let n = 1; n <= count; n++) pages.send(`line ${n}`);
  await pages.send('the end').sent;
  return writer;
}

/** Scrolls near the top, where more is loaded, and answers by how much the topmost visible message moved meanwhile. */
function scrollUp(reader: Person): Promise<number> {
  return reader.page.evaluate(async (watchedMs) => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const box = document.querySelector('.timeline');
    if (box === null) return Number.POSITIVE_INFINITY;
    box.scrollTop -= 600;
    // One to draw what is there now, one to measure it.
    for (let count = 0; count < 3; count++) await frame();
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

interface Ride {
  readonly nodesMax: number;
  readonly frames: number;
  readonly slowFrames: number;
}

/** Scrolls as fast as there is something to scroll to, until a text shows. */
function rideUp(reader: Person, text: string): Promise<Ride> {
  return reader.page.evaluate(async (wanted) => {
    const box = document.querySelector('.timeline');
    let [nodesMax, frames, slowFrames] = [0, 0, 0];
    const shows = (): boolean =>
      [...document.querySelectorAll('.bubble')].some(({ textContent }) => textContent === wanted);
    for (let last = performance.now(); box !== null && !shows(); frames++) {
      box.scrollTop -= 1_500;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      if (now - last > 50) slowFrames++;
      last = now;
      nodesMax = Math.max(nodesMax, document.querySelectorAll('*').length);
    }
    return { nodesMax, frames, slowFrames };
  }, text);
}

function focusedLabel({ page }: Person): Promise<string> {
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
}
