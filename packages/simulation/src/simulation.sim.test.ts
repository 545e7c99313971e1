import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PLANTED_BUGS } from './bugs/index.ts';
import { runSeed } from './scenario/run-seed.ts';
import { replayCommand, runSeeds } from './scenario/run-seeds.ts';
import type { Profile, Span } from './scenario/settings.ts';

const FRESH_SEEDS = 300;
/** A loaded machine runs fewer fresh seeds instead of failing. */
const FRESH_MS = 30_000;
const BUG_SEEDS = 200;
/** Found within a second or two of a free processor; the rest is patience with a crowded one. */
const BUG_TIMEOUT_MS = 300_000;

/** Seeds that once found something; they stay. */
const REGRESSIONS: readonly (readonly [seed: number, profile: Profile, span: Span])[] = [
  [1002, 'everyday', 'long'],
  [11147, 'everyday', 'long'],
  [20146, 'everyday', 'long'],
  [21162, 'everyday', 'long'],
  [30705, 'everyday', 'long'],
  [31469, 'everyday', 'long'],
  // Amendments in a hole were read from a field of the answer in which they are not.
  [30220, 'everyday', 'long'],
  [31208, 'everyday', 'long'],
  // An own message that was answered late missed the edit inside a hole that had been asked about.
  [203213, 'everyday', 'long'],
  // … and was written down with its words although it had been recalled.
  [35, 'amending', 'long'],
  [233, 'moving', 'long'],
  [500406, 'amending', 'long'],
  // The newest message lay in the gap that a small window had left.
  [500004, 'everyday', 'long'],
  // A message to nobody had failed, and was sent after a death: the refusal was told before it was written down.
  [2000852, 'everyday', 'short'],
];

describe('the simulated world', () => {
  it.each(REGRESSIONS)('[SI2] seed %i, %s, %s, holds its promises', async (seed, profile, span) => {
    const { violation } = await runSeed(seed, { profile, span });
    expect(violation?.message).toBeUndefined();
  });

  it('[SI1] a seed is the same history every time', async () => {
    const once = await runSeed(7);
    expect(await runSeed(7)).toEqual(once);
  });

  it(
    `[SI3] up to ${FRESH_SEEDS} fresh seeds hold their promises`,
    async () => {
      const from = Math.floor(Math.random() * 2 ** 32);
      const endMs = performance.now() + FRESH_MS;
      const broken: string[] = [];
      let done = 0;
      await runSeeds(
        { from, count: FRESH_SEEDS, step: 1 },
        {},
        {
          told: (outcome) => {
            done++;
            const { violation } = outcome;
            if (violation !== null) broken.push(`${violation.message}\nreplay: ${replayCommand(outcome)}`);
          },
          isOver: () => performance.now() > endMs,
        },
      );
      process.stdout.write(`${done} fresh seeds from ${from}\n`);
      expect(broken).toEqual([]);
      expect(done).toBeGreaterThan(0);
    },
    FRESH_MS * 2,
  );
});

describe('planted bugs', { timeout: BUG_TIMEOUT_MS }, () => {
  const program = fileURLToPath(new URL('find-bug.ts', import.meta.url));
  const waiting: (() => void)[] = [];
  let free = Math.min(2, availableParallelism());

  it.concurrent.each(PLANTED_BUGS.map(({ name }) => name))('[SI4] finds a product that %s', async (name) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [program, name, String(BUG_SEEDS)]);
      expect(stdout).toMatch(/^\d+ \S/);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  });
});
