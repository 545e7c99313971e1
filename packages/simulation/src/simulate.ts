/**
 * `npm run simulate -- [--seeds 1000] [--from SEED] [--processes N]` runs seeded histories and prints the command that
 * replays each failure; `-- --seed SEED [--profile NAME] [--span NAME]` replays one. Exits 1 when a promise was broken.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Outcome } from './scenario/run-seed.ts';
import { replayCommand, runSeeds } from './scenario/run-seeds.ts';
import { PROFILES, SPANS } from './scenario/settings.ts';

const PROGRESS_MS = 2_000;

/** What a process that shares the work tells of one seed. */
type Told = Omit<Outcome, 'violation'> & { readonly violation: string | null };

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    seed: { type: 'string' },
    profile: { type: 'string' },
    span: { type: 'string' },
    processes: { type: 'string', default: String(availableParallelism()) },
    // For the processes that this one starts: run here, tell the parent.
    step: { type: 'string' },
  },
});

const from = Number(values.seed ?? values.from ?? Math.floor(Math.random() * 2 ** 32));
const count = values.seed === undefined ? Number(values.seeds) : 1;
const profile = PROFILES.find((name) => name === values.profile);
const span = SPANS.find((name) => name === values.span);
const options = { ...(profile === undefined ? {} : { profile }), ...(span === undefined ? {} : { span }) };
const parent = process.send?.bind(process);

if (parent !== undefined && values.step !== undefined) {
  await runSeeds({ from, count, step: Number(values.step) }, options, {
    told: (outcome) => parent(tellable(outcome)),
  });
  process.disconnect();
} else {
  const tally = new Map<'done' | 'acknowledged' | 'virtualMs' | 'violations', number>();
  const startedAtMs = performance.now();
  let saidAtMs = startedAtMs;
  const told = (outcome: Told): void => {
    add('done', 1);
    add('acknowledged', outcome.acknowledged);
    add('virtualMs', outcome.virtualMs);
    if (outcome.violation !== null) {
      add('violations', 1);
      process.stdout.write(`\n${outcome.violation}\n\nreplay: ${replayCommand(outcome)}\n`);
    }
    if (performance.now() - saidAtMs > PROGRESS_MS) say();
  };
  const add = (name: 'done' | 'acknowledged' | 'virtualMs' | 'violations', by: number): void => {
    tally.set(name, (tally.get(name) ?? 0) + by);
  };
  const of = (name: 'done' | 'acknowledged' | 'virtualMs' | 'violations'): number => tally.get(name) ?? 0;
  const say = (): void => {
    saidAtMs = performance.now();
    const perS = ((of('done') / (saidAtMs - startedAtMs)) * 1_000).toFixed(1);
    const hours = (of('virtualMs') / 3_600_000).toFixed(1);
    process.stdout.write(
      `\r${of('done')} of ${count} seeds from ${from}, ${perS}/s, ${of('acknowledged')} sends acknowledged, ${hours} virtual hours, ${of('violations')} violations`,
    );
  };

  const processes = Math.min(Number(values.processes), count);
  if (processes <= 1) {
    await runSeeds({ from, count, step: 1 }, options, { told: (outcome) => told(tellable(outcome)) });
  } else {
    await Promise.all(
      Array.from({ length: processes }, (_, index) => share(from + index, count - index, processes, told)),
    );
  }
  say();
  process.stdout.write('\n');
  if (of('violations') > 0 || of('done') < count) process.exitCode = 1;
}

function tellable(outcome: Outcome): Told {
  const { violation } = outcome;
  return { ...outcome, violation: violation === null ? null : (violation.stack ?? violation.message) };
}

/** Every `step`th seed, in a process of its own. */
function share(first: number, seeds: number, step: number, told: (outcome: Told) => void): Promise<void> {
  const named = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const own = ['--from', String(first), '--seeds', String(seeds), '--step', String(step), ...named];
  const child = fork(import.meta.filename, own);
  child.on('message', (message) => told(message as Told));
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
  });
}
