import { expect, it } from 'vitest';
import { describeReport } from './describe-report.ts';
import { keepEvidence } from './keep-evidence.ts';
import { runCrash } from './run-crash.ts';

const KILLS = 50;
const CLIENTS = 30;
// Fifty take a minute and a half on two idle cores; a crowded machine gets more, and the test still ends.
const KILLING_MS_MAX = 420_000;
const TEST_MS_MAX = 540_000;
// The goal is 3 s at the median and 8 s at most, and what is printed is what was measured (about 1 s and 3 s on two cores of one's
// own). The bound here only catches a server that gets lost in its data: a start takes 10 s when eight others want the cores.
const SERVING_AGAIN_MS_MAX = 20_000;

it(
  '[CH1, CH4, CH5] keeps every promise through fifty kills under load',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const report = await runCrash({ seed, kills: KILLS, clients: CLIENTS, msMax: KILLING_MS_MAX });
    console.log(describeReport(report));
    if (report.violations.length > 0) console.log(keepEvidence(report, { kills: KILLS, clients: CLIENTS }));
    expect(report.violations).toEqual([]);
    expect(report.kills).toBeGreaterThanOrEqual(KILLS);
    // Load reached it: a run in which nobody could say anything proves nothing.
    expect(report.counts.acked).toBeGreaterThan(KILLS * CLIENTS);
    expect(Math.max(...report.servingAgainMs)).toBeLessThan(SERVING_AGAIN_MS_MAX);
  },
  TEST_MS_MAX,
);
