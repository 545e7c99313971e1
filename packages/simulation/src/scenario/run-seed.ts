import { MemoryData } from '@skein/stores';
import { ManualClock, SeededRandom, settlePromises } from '@skein/testkit';
import type { PlantedBug } from '../bugs/planted-bug.ts';
import { Violation } from '../checkers/violations.ts';
import { drawSettings, type Kind, kindOf, type Settings } from './settings.ts';
import { World } from './world.ts';

/** What one seed came to. */
export interface Outcome extends Kind {
  readonly seed: number;
  readonly violation: Violation | null;
  readonly acknowledged: number;
  readonly virtualMs: number;
}

/** The kind is drawn from the seed where it is not named. */
export interface RunOptions extends Partial<Kind> {
  readonly bug?: PlantedBug | null;
}

// Long enough for every back-off, time-out and resend to have had its turn several times.
const LIVENESS_MS = 15 * 60_000;
const LIVENESS_STEP_MS = 10_000;

/**
 * One seeded history: first everything goes wrong and the safety promises must hold at every look; then the accidents
 * stop, and within bounded virtual time every view must be the log.
 */
export async function runSeed(seed: number, { bug = null, ...named }: RunOptions = {}): Promise<Outcome> {
  const random = new SeededRandom(seed);
  const kind = { ...kindOf(seed), ...named };
  const settings = drawSettings(random, kind);
  const clock = new ManualClock(undefined, settlePromises);
  const world = new World({
    clock,
    random,
    settings,
    data: new MemoryData(`simulated-${seed}`.padEnd(16, '-')),
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
  return {
    ...kind,
    seed,
    violation,
    acknowledged: world.history.acknowledgedCount,
    virtualMs: clock.monotonicMs(),
  };
}

async function safety(world: World, random: SeededRandom, settings: Settings): Promise<void> {
  await world.start();
  for (let step = 0; step < settings.steps; step++) {
    await world.accident();
    const actions = random.pick(settings.actsPerStep);
    for (let i = 0; i < actions; i++) world.act();
    await world.pass(random.pick([0, 1, 30, 500, 5_000]));
    if (step % 8 === 0) await world.check();
  }
}

async function liveness(world: World): Promise<void> {
  await world.heal();
  await converge(world);
  await world.addDevice();
  await converge(world);
  world.lookBack();
  await converge(world);
}

async function converge(world: World): Promise<void> {
  let last: Violation | null = null;
  for (let waited = 0; waited < LIVENESS_MS; waited += LIVENESS_STEP_MS) {
    await world.pass(LIVENESS_STEP_MS);
    await world.check();
    last = await world.unconverged();
    if (last === null) return;
    world.scrollUp();
  }
  if (last !== null) throw last;
}
