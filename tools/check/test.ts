/**
 * Runs every test and ends with one line of totals: `N passed, N failed[, N skipped]`. Arguments go to
 * vitest: `npm test -- packages/model`, `npm test -- --project sim`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS_BY_TOOL, INSTALL_HINT_BY_TOOL, TOOLS } from '../needs/src/tools.ts';

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const root = join(import.meta.dirname, '..', '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

const scratch = mkdtempSync(join(tmpdir(), 'skein-test-'));
const exitCode = runVitest(join(scratch, 'report.json'));
const report = readReport(join(scratch, 'report.json'));
rmSync(scratch, { recursive: true, force: true });

const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
const passed = tests.filter(({ status }) => status === 'passed').length;
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
const failed = countFailed();

for (const line of skipReasons()) console.log(line);
const totals = [`${passed} passed`, `${failed} failed`];
if (skipped.length > 0) totals.push(`${skipped.length} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
console.log(totals.join(', '));

function runVitest(outputFile: string): number {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
  const args = [vitest, 'run', ...reporters, ...process.argv.slice(2)];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** No report means that vitest itself did not come through: nothing passed. */
function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return { testResults: [] };
  }
}

/**
 * A file that cannot be loaded has no test that failed, and an error outside any test fails the run
 * alone: both still count, or the last line would call a broken run green.
 */
function countFailed(): number {
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failures = failedTests + brokenFiles;
  return exitCode !== 0 && failures === 0 ? 1 : failures;
}

/** One line per missing program: how many tests wait for it, and how to get it. */
function skipReasons(): string[] {
  return TOOLS.flatMap((tool) => {
    const count = skipped.filter(({ fullName }) => fullName.includes(`(needs ${tool})`)).length;
    if (count === 0) return [];
    const names = COMMANDS_BY_TOOL[tool].join(' or ');
    return [`skipped ${count} that need ${names}; to run them: ${INSTALL_HINT_BY_TOOL[tool]}`];
  });
}
