import { MemoryData, MemoryDirectory, MemoryStore } from '@skein/stores';
import { ManualClock, SeededRandom } from '@skein/testkit';
import type { PlantedBug } from '../bugs/planted-bug.ts';
import { Violation } from '../checkers/violations.ts';
import { drawSettings, type Settings } from './settings.ts';
import { World } from './world.ts';

/** What one seed came to. */
export interface Outcome {
  readonly seed: number;
  readonly violation: Violation | null;
  readonly acknowledged: number;
  readonly virtualMs: number;
}

// Long enough for every back-off, time-out and resend to have had its turn several times.
const LIVENESS_MS = 15 * 60_000;
const LIVENESS_STEP_MS = 10_000;

/**
 * One seeded history: first everything goes wrong and the safety promises must hold at every look; then the accidents
 * stop, and within bounded virtual time every view must be the log.
 */
export async function runSeed(seed: number, bug: PlantedBug | null = null): Promise<Outcome> {
  const random = new SeededRandom(seed);
  const settings = drawSettings(random);
  const clock = new ManualClock();
  const data = new MemoryData(`simulated-${seed}`.padEnd(16, '-'));
  const world = new World({
    clock,
    random,
    settings,
    data: { store: new MemoryStore(data), directory: new MemoryDirectory(data) },
    bug,
  });
  let violation: Violation | null = null;
  try {
    await safety(world, random, settings);
    await liveness(world);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
  }
  return { seed, violation, acknowledged: world.history.acknowledgedCount, virtualMs: clock.monotonicMs() };
}

async function safety(world: World, random: SeededRandom, settings: Settings): Promise<void> {
  await world.start();
  for (let step = 0; step < settings.steps; step++) {
    await world.accident();
    const actions = random.pick([0, 1, 1, 3]);
    for (let i = 0; i < actions; i++) world.act();
    await world.pass(random.pick([0, 1, 30, 500, 5_000]));
    if (step % 8 === 0) await world.check();
  }
}

async function liveness(world: World): Promise<void> {
  await world.heal();
  let last: Violation | null = null;
  for (let waited = 0; waited < LIVENESS_MS; waited += LIVENESS_STEP_MS) {
    await world.pass(LIVENESS_STEP_MS);
    await world.check();
    last = await world.unconverged();
    if (last === null) return;
  }
  if (last !== null) throw last;
}
