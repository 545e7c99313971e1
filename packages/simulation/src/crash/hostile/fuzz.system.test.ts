import { expect, it } from 'vitest';
import { describeFuzz, faultsOfFuzz } from './describe-fuzz.ts';
import { fuzz } from './fuzz.ts';

const FRAMES = 3_000;

it.each([
  ['every way in', ''],
  ['HTTP/2 inside TLS', 'http2'],
])('[HO7] takes any bytes by %s while two people talk', async (_what, way) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const report = await fuzz({ seed, frames: FRAMES, way });
  console.log(describeFuzz(report));
  if (faultsOfFuzz(report).length > 0)
    console.log(
      `again: npm run crash -- --seed ${seed} --frames ${FRAMES} --way '${way}'\n${report.serverLog}`,
    );
  expect(faultsOfFuzz(report)).toEqual([]);
  expect(Object.values(report.sent).every((sent) => sent >= FRAMES)).toBe(true);
});
