/** Checks the types of every workspace: each `tsconfig*.json` in it is one run of the compiler. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

interface Outcome {
  readonly project: string;
  readonly isOk: boolean;
  readonly output: string;
  readonly tookS: string;
}

const root = join(import.meta.dirname, '..', '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const wanted = process.argv.slice(2);

const projects = globSync('{packages/*,apps/*,tools/*,bench,conformance,examples}/tsconfig*.json', {
  cwd: root,
})
  .filter((project) => wanted.length === 0 || wanted.some((part) => project.includes(part)))
  .toSorted();

const waiting = [...projects];
const workers = Array.from({ length: availableParallelism() }, work);
const outcomes = (await Promise.all(workers)).flat();
const failed = outcomes.filter(({ isOk }) => !isOk);

console.log(`${outcomes.length - failed.length} of ${outcomes.length} projects have sound types`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work(): Promise<Outcome[]> {
  const done: Outcome[] = [];
  for (let project = waiting.shift(); project !== undefined; project = waiting.shift()) {
    const outcome = await check(project);
    console.log(`${outcome.isOk ? 'ok    ' : 'FAILED'} ${outcome.project} (${outcome.tookS} s)`);
    if (!outcome.isOk) console.log(outcome.output);
    done.push(outcome);
  }
  return done;
}

function check(project: string): Promise<Outcome> {
  const startedAtMs = performance.now();
  const args = [compiler, '--noEmit', '--pretty', 'false', '-p', project];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const tookS = ((performance.now() - startedAtMs) / 1000).toFixed(1);
      resolve({ project, isOk: error === null || isEmpty(stdout), output: stdout + stderr, tookS });
    });
  });
}

/** A workspace that has no source yet has nothing to be wrong. */
function isEmpty(output: string): boolean {
  return output.trim().startsWith('error TS18003') && output.trim().split('\n').length === 1;
}
