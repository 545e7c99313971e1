/**
 * Runs a list against a server: `npm run conformance -- websocket ws://127.0.0.1:6969/echo`. Prints what the server does
 * otherwise than the standard says, then the score; exits with 1 when a "must" is not kept.
 */
import { parseArgs } from 'node:util';
import { LISTS } from './lists.ts';
import { runScenarios, scoreOf } from './run-scenarios.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean', short: 'v', default: false } },
});
const [name = '', url = ''] = positionals;
const list = LISTS[name];
if (list === undefined || !URL.canParse(url)) {
  console.error(`Usage: npm run conformance -- ${Object.keys(LISTS).join('|')} URL [--verbose]`);
  process.exit(2);
}

const outcomes = await runScenarios(list.scenarios, list.targetOf(new URL(url)), {
  ...(list.parallel === undefined ? {} : { parallel: list.parallel }),
  onOutcome: ({ clause, title, level, deviation }) => {
    if (deviation !== null) console.log(`✗ ${clause} (${level}) ${title}\n    ${deviation}`);
    else if (values.verbose) console.log(`✓ ${clause} ${title}`);
  },
});
console.log(`${name}: ${scoreOf(outcomes)}`);
process.exitCode = outcomes.some(({ level, deviation }) => level === 'must' && deviation !== null) ? 1 : 0;
