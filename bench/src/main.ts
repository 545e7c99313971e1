/** `npm run bench [-- --scenario NAME] [--quick | --smoke]`: measures, prints tables, writes `bench/results/`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { INTENSITIES, type Intensity } from './harness/intensity.ts';
import { describeMachine } from './harness/machine.ts';
import type { BenchContext, Scenario, ScenarioResult } from './harness/measurement.ts';
import { pinProcesses } from './harness/pinning.ts';
import { type Finished, toTable, writeReport } from './harness/report.ts';
import { SCENARIOS } from './scenarios/index.ts';

const { values: options } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    runs: { type: 'string' },
    pin: { type: 'boolean', default: false },
    profile: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, '..', 'results') },
  },
});

const intensity = chosenIntensity();
const scenarios = chosenScenarios();
const isPinned = options.pin && pinProcesses();
const machine = describeMachine();
const startedAt = new Date();
const finished: Finished[] = [];

for (const scenario of scenarios) {
  console.log(`\n── ${scenario.title} (${scenario.name})`);
  const missing = scenario.missing?.() ?? null;
  if (missing !== null) {
    console.log(`   left out: ${missing}`);
    continue;
  }
  const begin = performance.now();
  const context: BenchContext = {
    intensity,
    profileFolder: options.profile ?? null,
    progress: (line) => console.log(`   ${line}`),
  };
  const result = judged(await scenario.run(context));
  finished.push({ scenario, result, tookS: (performance.now() - begin) / 1_000 });
  console.log(`\n${toTable(result.measurements)}`);
}

const name = options.scenario.length === 0 ? 'all' : options.scenario.join('-');
const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
const run = { name, command, intensity: intensity.name, isPinned, machine, startedAt };
console.log(`\nwritten: ${writeReport(options.out, run, finished)}`);
process.exit(0);

/** A smoke run is too short to meet or miss anything. */
function judged(result: ScenarioResult): ScenarioResult {
  if (intensity.name !== 'smoke') return result;
  return { ...result, measurements: result.measurements.map(({ target: _, ...rest }) => rest) };
}

function chosenIntensity(): Intensity {
  const chosen = INTENSITIES[options.smoke ? 'smoke' : options.quick ? 'quick' : 'full'];
  return options.runs === undefined ? chosen : { ...chosen, runs: Math.max(1, Number(options.runs)) };
}

function chosenScenarios(): readonly Scenario[] {
  if (options.scenario.length === 0) return SCENARIOS;
  return options.scenario.map((wanted) => {
    const scenario = SCENARIOS.find(({ name }) => name === wanted);
    if (scenario !== undefined) return scenario;
    const known = SCENARIOS.map(({ name }) => name).join(', ');
    console.error(`There is no scenario "${wanted}"; there are: ${known}`);
    process.exit(2);
  });
}
