/**
 * `node packages/simulation/src/find-bug.ts NAME SEEDS`: switches one planted bug on and prints the seed that finds it. A
 * process of its own, because a broken product also breaks promises that nobody listens to; that counts as found.
 */
import { PLANTED_BUGS } from './bugs/index.ts';
import { runSeed } from './scenario/run-seed.ts';

const [, , name, seeds] = process.argv;
const bug = PLANTED_BUGS.find((planted) => planted.name === name);
if (bug === undefined) throw new RangeError(`no planted bug is called "${name}"`);

let unheard: unknown = null;
process.on('unhandledRejection', (error) => {
  unheard = error;
});

process.exitCode = 1;
for (let seed = 1; seed <= Number(seeds); seed++) {
  const what = await brokenBy(seed);
  if (what === null) continue;
  process.stdout.write(`${seed} ${what}\n`);
  process.exitCode = 0;
  break;
}

async function brokenBy(seed: number): Promise<string | null> {
  try {
    const { violation } = await runSeed(seed, { bug: bug ?? null });
    if (violation !== null) return violation.invariant;
  } catch {
    return 'crash';
  }
  return unheard === null ? null : 'unheard rejection';
}
