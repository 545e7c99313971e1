/** Everything that can be said about the code without running it. All steps run; one failure fails all. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Step {
  readonly name: string;
  readonly npm: readonly string[];
}

const root = join(import.meta.dirname, '..', '..');

const steps: readonly Step[] = [
  { name: 'types', npm: ['run', 'types'] },
  { name: 'lint', npm: ['run', 'lint'] },
  { name: 'format', npm: ['run', 'format:check'] },
  { name: 'boundaries', npm: ['run', 'boundaries'] },
  { name: 'dead code', npm: ['run', 'dead-code'] },
  ...(hasScript('packages/protocol', 'gen:check')
    ? [{ name: 'generated code', npm: ['run', 'gen:check', '--workspace', 'packages/protocol'] }]
    : []),
];

const failed = steps.filter((step) => !passes(step)).map(({ name }) => name);
console.log(
  failed.length === 0 ? `\nchecks: all ${steps.length} passed` : `\nchecks FAILED: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function passes({ name, npm }: Step): boolean {
  console.log(`\n── ${name}`);
  return spawnSync('npm', ['--silent', ...npm], { cwd: root, stdio: 'inherit' }).status === 0;
}

function hasScript(folder: string, script: string): boolean {
  const manifest: unknown = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return script in ((manifest as { scripts?: Record<string, string> }).scripts ?? {});
}
