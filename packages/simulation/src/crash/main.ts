import { parseArgs } from 'node:util';
import { describeReport } from './describe-report.ts';
import { checkHistory } from './history/check-history.ts';
import { History } from './history/history.ts';
import { describeFuzz, faultsOfFuzz } from './hostile/describe-fuzz.ts';
import { fuzz } from './hostile/fuzz.ts';
import { keepEvidence } from './keep-evidence.ts';
import { runCrash } from './run-crash.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    clients: { type: 'string', default: '50' },
    /** Asks the server to end each time, as for an upgrade, instead of killing it. */
    asked: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    /** Throws this many frames by every way in instead of killing. */
    frames: { type: 'string' },
    /** Of each way at most; the report says how many frames there were. */
    minutes: { type: 'string', default: 'Infinity' },
    /** Only by the ways in whose name has this in it: "xmpp". */
    way: { type: 'string', default: '' },
    /** Judges a history file again instead of making a new one. */
    check: { type: 'string' },
  },
});

if (values.check !== undefined) {
  const { violations, counts } = checkHistory(History.read(values.check).facts);
  console.log(counts);
  for (const { fault, detail } of violations) console.log(`${fault}: ${detail}`);
  process.exit(violations.length === 0 ? 0 : 1);
}

if (values.frames !== undefined) {
  const [seed, frames] = [Number(values.seed), Number(values.frames)];
  const report = await fuzz({
    seed,
    frames,
    msMax: Number(values.minutes) * 60_000,
    way: values.way,
    progress: (line) => console.log(line),
  });
  console.log(describeFuzz(report));
  for (const fault of faultsOfFuzz(report)) console.log(`  ${fault}`);
  if (faultsOfFuzz(report).length > 0) console.log(report.serverLog);
  process.exit(faultsOfFuzz(report).length === 0 ? 0 : 1);
}

const [kills, clients, seed] = [values.kills, values.clients, values.seed].map(Number) as [
  number,
  number,
  number,
];
const isAsked = values.asked;
const report = await runCrash({ seed, kills, clients, isAsked, progress: (line) => console.log(line) });
console.log(describeReport(report));
if (report.violations.length > 0) console.log(keepEvidence(report, { kills, clients, isAsked }));
process.exit(report.violations.length === 0 ? 0 : 1);
