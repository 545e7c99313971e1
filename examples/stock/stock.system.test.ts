import { describeNeeding, pathOf } from '@skein/needs';
import { chromium, type Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { Sale } from './sale.ts';

const SOLD = 8;
const WAYS = ['Short poll', 'Long poll', 'Server-sent events', 'WebSocket'];

describeNeeding('chromium', 'a flash sale', () => {
  it('is watched by poll, long poll, event stream and WebSocket, each counted', async () => {
    await using sale = await Sale.open();
    const browser = await chromium.launch({
      executablePath: pathOf('chromium') ?? 'chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(sale.url);
    await page
      .locator('section')
      .nth(WAYS.length - 1)
      .waitFor();
    // Everybody listens before the first is sold: the poll that waits and the stream have been asked for.
    await page.waitForFunction(() =>
      [...document.querySelectorAll('section dd:first-of-type')].every(
        (asked) => Number(asked.textContent) > 0,
      ),
    );
    for (let sold = 0; sold < SOLD; sold++) await sale.sell();
    const shown = await page.waitForFunction(
      (left) => {
        const numbers = [...document.querySelectorAll('output')].map((output) => output.textContent);
        return numbers.length > 0 && numbers.every((number) => number === left);
      },
      String(sale.left),
      { timeout: 15_000 },
    );
    expect(await shown.jsonValue()).toBe(true);
    const counts = await Promise.all(WAYS.map((way) => countsOf(page, way)));
    // Whichever way: every number once.
    expect(counts.map(({ numbers }) => numbers)).toEqual(WAYS.map(() => SOLD));
    const [short, long, events, socket] = counts;
    expect([events?.['asked'], socket?.['asked']]).toEqual([1, 1]);
    for (const way of [short, long]) expect(way?.['asked']).toBeGreaterThan(1);
    for (const way of counts) expect(way['bytes']).toBeGreaterThan(0);
    console.log(WAYS.map((way, at) => `${way}: ${JSON.stringify(counts[at])}`).join('\n'));
    expect([...problems]).toEqual([]);
  }, 60_000);

  it('goes on when the line of the event stream breaks, with a new ticket and after the last event', async () => {
    await using sale = await Sale.open();
    const browser = await chromium.launch({
      executablePath: pathOf('chromium') ?? 'chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    // The first stream is over as soon as it began.
    let tickets = 0;
    await page.route('**/v1/events?*', async (route) => {
      if (tickets++ > 0) await route.continue();
      else await route.fulfill({ contentType: 'text/event-stream', body: ':\n\n' });
    });
    await page.goto(sale.url);
    const events = page.locator('section[data-way="Server-sent events"]');
    await events.waitFor();
    for (let sold = 0; sold < SOLD; sold++) await sale.sell();
    await page.waitForFunction(
      (left) => document.querySelector('section[data-way="Server-sent events"] output')?.textContent === left,
      String(sale.left),
      { timeout: 15_000 },
    );
    expect(tickets).toBe(2);
    expect((await countsOf(page, 'Server-sent events'))['numbers']).toBe(SOLD);
  }, 60_000);
});

async function countsOf(page: Page, way: string): Promise<Record<string, number>> {
  const cells = page.locator(`section[data-way="${way}"] dl > *`);
  const texts = await cells.allTextContents();
  const pairs = texts.flatMap((name, at) => (at % 2 === 0 ? [[name, Number(texts[at + 1])] as const] : []));
  return Object.fromEntries(pairs);
}
