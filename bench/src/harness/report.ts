import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.ts';
import type { Measurement, Scenario, ScenarioResult, Unit } from './measurement.ts';
import { type Summary, summarise } from './statistics.ts';

export interface Finished {
  readonly scenario: Scenario;
  readonly result: ScenarioResult;
  readonly tookS: number;
}

export interface RunInfo {
  readonly name: string;
  readonly command: string;
  readonly intensity: string;
  readonly isPinned: boolean;
  readonly machine: Machine;
  readonly startedAt: Date;
}

/** Writes `<date>-<name>.md` and `.json` and says where. */
export function writeReport(folder: string, run: RunInfo, finished: readonly Finished[]): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${run.startedAt.toISOString().slice(0, 10)}-${run.name}`);
  writeFileSync(`${path}.md`, toMarkdown(run, finished));
  writeFileSync(`${path}.json`, `${JSON.stringify(toJson(run, finished), null, 2)}\n`);
  return `${path}.md`;
}

/** The measurements of one scenario, aligned for a terminal and valid as Markdown. */
export function toTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => {
    const summary = summarise(measurement.values);
    return [
      measurement.what,
      withUnit(summary.median, measurement.unit),
      spread(summary, measurement.unit),
      String(summary.runs),
      targetText(measurement),
    ];
  });
  const all = [['what', 'median', 'lowest – highest', 'runs', 'target'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(all[0] ?? []), rule, ...rows.map(line)].join('\n');
}

function toMarkdown(run: RunInfo, finished: readonly Finished[]): string {
  const { machine } = run;
  const head = [
    `# Bench: ${run.name}, ${run.startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    '',
    `- command: \`${run.command}\``,
    `- commit: ${machine.commit}`,
    `- machine: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Linux ${machine.kernel}, Node ${machine.node}`,
    `- intensity: ${run.intensity}; ${run.isPinned ? 'server and load on different cores' : 'cores chosen by the kernel'}`,
    `- load average before the run: ${machine.loadBefore}${machine.loadBefore > 0.5 ? ' (the machine was not idle: read the spread)' : ''}`,
    '',
    'CPU is user and system time of all threads of the server, from /proc. Warm-up is left out. Each value is the median',
    'of the runs, beside it the lowest and the highest.',
  ];
  const parts = finished.map(({ scenario, result, tookS }) =>
    [
      '',
      `## ${scenario.title}`,
      '',
      result.setup,
      '',
      toTable(result.measurements),
      '',
      `What this does not show: ${scenario.doesNotShow} (Took ${Math.round(tookS)} s.)`,
    ].join('\n'),
  );
  return `${[...head, ...parts].join('\n')}\n`;
}

function toJson(run: RunInfo, finished: readonly Finished[]): unknown {
  return {
    ...run,
    startedAt: run.startedAt.toISOString(),
    scenarios: finished.map(({ scenario, result, tookS }) => ({
      name: scenario.name,
      title: scenario.title,
      tookS,
      setup: result.setup,
      doesNotShow: scenario.doesNotShow,
      measurements: result.measurements.map((measurement) => ({
        ...measurement,
        ...summarise(measurement.values),
      })),
    })),
  };
}

function spread(summary: Summary, unit: Unit): string {
  return summary.runs === 1 ? '' : `${digits(summary.min)} – ${withUnit(summary.max, unit)}`;
}

function targetText({ target, unit, values }: Measurement): string {
  if (target === undefined) return '';
  const { median } = summarise(values);
  const [isMet, text] =
    'atMost' in target
      ? [median <= target.atMost, `≤ ${withUnit(target.atMost, unit)}`]
      : [median >= target.atLeast, `≥ ${withUnit(target.atLeast, unit)}`];
  return `${text} ${isMet ? '✓' : '✗ missed'}`;
}

function withUnit(value: number, unit: Unit): string {
  if (unit === '') return digits(value);
  return unit === '%' || unit === '×' ? `${digits(value)}${unit}` : `${digits(value)} ${unit}`;
}

/** Three significant digits: more would claim a precision that no run has. */
function digits(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1_000) return String(value);
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
