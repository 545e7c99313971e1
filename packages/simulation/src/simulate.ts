/**
 * `npm run simulate -- --seeds 1000 [--from SEED] [--seed SEED]`: runs seeded histories and prints the command that replays
 * the first failure.
 */
import { parseArgs } from 'node:util';
import { runSeed } from './scenario/run-seed.ts';

const PROGRESS_MS = 2_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    seed: { type: 'string' },
  },
});

const from = Number(values.seed ?? values.from ?? Math.floor(Math.random() * 2 ** 32));
const count = values.seed === undefined ? Number(values.seeds) : 1;
const startedAtMs = performance.now();
let saidAtMs = startedAtMs;
let acknowledged = 0;
let virtualMs = 0;

for (let i = 0; i < count; i++) {
  const outcome = await runSeed(from + i);
  acknowledged += outcome.acknowledged;
  virtualMs += outcome.virtualMs;
  if (outcome.violation !== null) {
    process.stdout.write(
      `\n${outcome.violation.stack}\n\nreplay: npm run simulate -- --seed ${outcome.seed}\n`,
    );
    process.exit(1);
  }
  if (performance.now() - saidAtMs > PROGRESS_MS) say(i + 1);
}
say(count);
process.stdout.write('\n');

function say(done: number): void {
  saidAtMs = performance.now();
  const perS = (done / (saidAtMs - startedAtMs)) * 1_000;
  const hours = (virtualMs / 3_600_000).toFixed(1);
  process.stdout.write(
    `\r${done} of ${count} seeds, ${perS.toFixed(1)}/s, ${acknowledged} sends acknowledged, ${hours} virtual hours, 0 violations`,
  );
}
