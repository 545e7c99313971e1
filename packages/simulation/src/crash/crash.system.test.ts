import { expect, it } from 'vitest';
import { describeReport, medianOf } from './describe-report.ts';
import { keepEvidence } from './keep-evidence.ts';
import { runCrash } from './run-crash.ts';

const KILLS = 50;
const CLIENTS = 30;
// Fifty take a minute and a half on two idle cores; a crowded machine gets more, and the test still ends.
const KILLING_MS_MAX = 420_000;
const TEST_MS_MAX = 540_000;
// Of the server's own time: what it waited for a core, on a machine that it shares with the load and with others, is not
// its doing. What is printed is both.
const SERVING_AGAIN_MEDIAN_MS_MAX = 3_000;
const SERVING_AGAIN_MS_MAX = 8_000;

it(
  '[CH1, CH4, CH5, CH6] keeps every promise through fifty kills under load',
  async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const report = await runCrash({ seed, kills: KILLS, clients: CLIENTS, msMax: KILLING_MS_MAX });
    console.log(describeReport(report));
    if (report.violations.length > 0) console.log(keepEvidence(report, { kills: KILLS, clients: CLIENTS }));
    expect(report.violations).toEqual([]);
    expect(report.kills).toBeGreaterThanOrEqual(KILLS);
    // Load reached it: a run in which nobody could say anything proves nothing.
    expect(report.counts.acked).toBeGreaterThan(KILLS * CLIENTS);
    expect(medianOf(report.servingAgainOwnMs)).toBeLessThan(SERVING_AGAIN_MEDIAN_MS_MAX);
    expect(Math.max(...report.servingAgainOwnMs)).toBeLessThan(SERVING_AGAIN_MS_MAX);
  },
  TEST_MS_MAX,
);
