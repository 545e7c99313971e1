import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Measurement } from './harness/measurement.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** The parts of the report that are read here. */
interface Report {
  readonly scenarios: readonly {
    readonly name: string;
    readonly measurements: readonly (Measurement & { readonly median: number })[];
  }[];
}

const MAIN = join(import.meta.dirname, 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'skein-bench-smoke-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The numbers of a smoke run mean nothing; that there are any means that the bench still speaks to the server.
describe('npm run bench -- --smoke', () => {
  const here = SCENARIOS.filter((scenario) => (scenario.missing?.() ?? null) === null);
  it.each(here.map(({ name }) => name))('measures %s and writes the table', async (name) => {
    const args = [MAIN, '--smoke', '--scenario', name, '--out', folder];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    const written = /^written: (.+)\.md$/m.exec(stdout)?.[1] ?? '';
    const { scenarios } = JSON.parse(readFileSync(`${written}.json`, 'utf8')) as Report;
    const measurements = scenarios.flatMap((scenario) => scenario.measurements);
    const table = readFileSync(`${written}.md`, 'utf8');

    expect(measurements.length).toBeGreaterThan(0);
    expect(measurements.filter(({ median }) => !Number.isFinite(median))).toEqual([]);
    expect(measurements.filter(({ what }) => !table.includes(what))).toEqual([]);
  });
});
