import { expect, it } from 'vitest';
import { describeFuzz, faultsOfFuzz } from './describe-fuzz.ts';
import { fuzz } from './fuzz.ts';

const FRAMES = 3_000;

it('[HO7] takes any bytes by every way in while two people talk', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const report = await fuzz({ seed, frames: FRAMES });
  console.log(describeFuzz(report));
  if (faultsOfFuzz(report).length > 0)
    console.log(`again: npm run crash -- --seed ${seed} --frames ${FRAMES}\n${report.serverLog}`);
  expect(faultsOfFuzz(report)).toEqual([]);
  expect(Object.values(report.sent).every((sent) => sent >= FRAMES)).toBe(true);
});
