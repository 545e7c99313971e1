/** What the tidy tests read: the files of this repository, without what is installed or built. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

const SKIPPED_FOLDERS = new Set(['.git', 'coverage', 'data', 'dist', 'node_modules']);

/** Every file, as a path from the root with forward slashes. */
export function allFiles(): readonly string[] {
  return filesUnder(ROOT);
}

/** TypeScript that people write, tests included. */
export function sourceFiles(): readonly string[] {
  return allFiles().filter((path) => /\.tsx?$/.test(path) && !isGenerated(path));
}

/** Tests, and what only they use: a package keeps that in its `test` folder, an app in `e2e`. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|contract|e2e)\.tsx?$/.test(path) || /\/(test|e2e)\//.test(path);
}

/** Tests of the whole, with real processes and browsers, and what only they use. */
export function isSystemTest(path: string): boolean {
  return path.endsWith('.system.test.ts') || path.includes('/e2e/');
}

export function isGenerated(path: string): boolean {
  return path.endsWith('.gen.ts') || path.startsWith('packages/protocol/src/generated/');
}

/** The text of a file, or an empty string where there is none yet. */
export function read(path: string): string {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

export interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The manifest of a folder; the root's is at an empty path. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(read(join(folder, 'package.json'))) as Manifest;
}

/** The folders npm treats as packages of this repository. */
export function workspaces(): readonly string[] {
  const { workspaces: patterns = [] } = manifestOf('');
  const manifests = patterns.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: ROOT }));
  return manifests.map((path) => dirname(path).split(sep).join('/')).toSorted();
}

/** `path:line: text` for every line that matches, ready to be compared with an empty list. */
export function linesMatching(path: string, pattern: RegExp): string[] {
  return read(path)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesUnder(path);
    return entry.isFile() ? [relative(ROOT, path).split(sep).join('/')] : [];
  });
}
