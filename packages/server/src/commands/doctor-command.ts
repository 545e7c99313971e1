import { Command } from 'commander';
import { configOf, withConfigOptions } from './config-options.ts';
import { examine, type Finding } from './doctor-checks.ts';
import { CommandError, EXIT } from './exit-code.ts';

const MARK: Readonly<Record<Finding['verdict'], string>> = { ok: '✓', warn: '!', fail: '✗' };

export function doctorCommand(): Command {
  const doctor = new Command('doctor').description('check what a server needs, with a fix for each failure');
  return withConfigOptions(doctor, 'all')
    .option('--json', 'one JSON array')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(configOf(doctor).config);
      if (options.json === true) console.log(JSON.stringify(findings));
      else for (const finding of findings) console.log(lineOf(finding));
      const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
      if (failed > 0)
        throw new CommandError(EXIT.unavailable, `${failed} of ${findings.length} checks failed`);
    });
}

function lineOf({ check, verdict, found, fix }: Finding): string {
  return `${MARK[verdict]} ${check.padEnd(12)} ${found}${fix === undefined ? '' : `  → ${fix}`}`;
}
