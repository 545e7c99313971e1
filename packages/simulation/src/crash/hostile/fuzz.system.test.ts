import { expect, it } from 'vitest';
import { describeFuzz, faultsOfFuzz } from './describe-fuzz.ts';
import { fuzz } from './fuzz.ts';

it.each([
  ['any bytes by every way in', '', 3_000],
  ['any bytes by HTTP/2 inside TLS', 'http2 after', 3_000],
  ['odd requests for every procedure of HTTP', 'http procedures', 1_000],
  ['the same by HTTP/2', 'http2 procedures', 1_000],
])('[HO7] takes %s while two people talk', async (_what, way, frames) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const report = await fuzz({ seed, frames, way });
  console.log(describeFuzz(report));
  if (faultsOfFuzz(report).length > 0)
    console.log(
      `again: npm run crash -- --seed ${seed} --frames ${frames} --way '${way}'\n${report.serverLog}`,
    );
  expect(faultsOfFuzz(report)).toEqual([]);
  expect(Object.values(report.sent).every((sent) => sent >= frames)).toBe(true);
});
