import { describeNeeding, pathOf } from '@skein/needs';
import { chromium, type Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { CarMap } from './car-map.ts';
import { TILES } from './town.ts';

const CARS = 300;
const STEP_MS = 200;
const SECOND_MS = 1_000;
const TIMEOUT_MS = 20_000;

describeNeeding('chromium', 'cars on a map', () => {
  it('are heard of tile by tile over MQTT and over the client, and not where nobody looks', async () => {
    await using map = await CarMap.open({ cars: CARS });
    const browser = await chromium.launch({
      executablePath: pathOf('chromium') ?? 'chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(map.url);
    // Faster than a second each: nobody has to wait for it.
    const driving = setInterval(() => map.step(), STEP_MS);
    onTestFinished(() => clearInterval(driving));

    const perUpdate: number[] = [];
    for (const label of ['MQTT', 'Skein client']) {
      await page.getByLabel(label).check();
      await shows(page, (rows) => rows.cars > 0 && rows.perUpdate > 0 && rows.updates > 100);
      perUpdate.push((await rowsOf(page)).perUpdate);
      // Out to where all of the town is in sight, and close up again.
      await press(page, '-', 8);
      await shows(page, ({ tiles, cars }) => tiles === TILES ** 2 && cars > CARS / 2);
      await page.waitForTimeout(SECOND_MS * 2);
      const everywhere = await rowsOf(page);
      await press(page, '+', 12);
      await shows(page, ({ tiles, perSecond }) => tiles <= 4 && perSecond < everywhere.perSecond / 4);
      await press(page, '-', 4);
    }
    const [mqtt = 0, skein = 0] = perUpdate;
    console.log(`bytes per update: MQTT ${mqtt}, Skein client ${skein}`);
    // A packet with its topic for each car on the one side, a frame for a whole tile on the other.
    expect(skein).toBeLessThan(mqtt);
    expect(problems).toEqual([]);
  }, 90_000);
});

interface Rows {
  readonly cars: number;
  readonly tiles: number;
  readonly updates: number;
  readonly perUpdate: number;
  readonly perSecond: number;
}

async function press(page: Page, key: string, times: number): Promise<void> {
  await page.locator('canvas').focus();
  for (let time = 0; time < times; time++) await page.keyboard.press(key);
}

async function rowsOf(page: Page): Promise<Rows> {
  const values = await page.locator('dd').allTextContents();
  const [cars = 0, tiles = 0, updates = 0, perUpdate = 0, perSecond = 0] = values.map(Number.parseFloat);
  return { cars, tiles, updates, perUpdate, perSecond };
}

async function shows(page: Page, isSo: (rows: Rows) => boolean): Promise<void> {
  await expect.poll(async () => isSo(await rowsOf(page)), { timeout: TIMEOUT_MS }).toBe(true);
}
