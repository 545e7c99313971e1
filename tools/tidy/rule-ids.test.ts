import { basename } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { allFiles, isTest, read, sourceFiles } from './repository.ts';

/**
 * A rule has a name: bold in a SPEC.md, in brackets at the start of a test's title, in brackets in the
 * comment of the code that keeps it. `[CU1–CU5]` and `[CU1, CU3]` name several.
 */
const DEFINED = /\*\*([A-Z]{2,3}\d+)\*\*/g;
const ID = /[A-Z]{2,3}\d+/g;
const GROUP = /\[[A-Z]{2,3}\d+(?:\s*[–,-]\s*[A-Z]{2,3}\d+)*\]/g;
const TITLE = /['"`]((?:\[[A-Z]{2,3}\d+(?:\s*[–,-]\s*[A-Z]{2,3}\d+)*\]\s*)+)/g;
const COMMENT = /(?:\/\/|^\s*\/?\*).*$/gm;

const SPECS = allFiles().filter((path) => basename(path) === 'SPEC.md');

describe('rule ids', () => {
  const definedBySpec = new Map(SPECS.map((path) => [path, idsDefinedIn(path)]));
  const defined = new Set([...definedBySpec.values()].flat());
  // The tidy tests speak about ids; they keep no rule of their own.
  const sources = sourceFiles().filter((path) => !path.startsWith('tools/tidy/'));
  const tests = sources.filter(isTest);
  const tested = new Set(tests.flatMap(idsInTitlesOf));

  it('are defined once', () => {
    const all = [...definedBySpec.values()].flat();
    expect(all.filter((id, index) => all.indexOf(id) !== index)).toEqual([]);
  });

  it.each(SPECS)('of %s each appear in the title of a test', (spec) => {
    expect((definedBySpec.get(spec) ?? []).filter((id) => !tested.has(id))).toEqual([]);
  });

  it('in test titles exist in a SPEC.md', () => {
    expect(unknown(tests, idsInTitlesOf)).toEqual([]);
  });

  it('in comments exist in a SPEC.md', () => {
    expect(unknown(sources, idsInCommentsOf)).toEqual([]);
  });

  function unknown(paths: readonly string[], idsOf: (path: string) => string[]): string[] {
    return paths.flatMap((path) =>
      idsOf(path)
        .filter((id) => !defined.has(id))
        .map((id) => `${path}: ${id}`),
    );
  }
});

function idsDefinedIn(spec: string): string[] {
  return [...read(spec).matchAll(DEFINED)].map((match) => match[1] ?? '');
}

function idsInTitlesOf(path: string): string[] {
  return [...read(path).matchAll(TITLE)].flatMap((match) => idsIn(match[1] ?? ''));
}

function idsInCommentsOf(path: string): string[] {
  return [...read(path).matchAll(COMMENT)].flatMap(([comment]) => idsIn(comment));
}

function idsIn(text: string): string[] {
  return [...text.matchAll(GROUP)].flatMap(([group]) => (/[–-]/.test(group) ? range(group) : named(group)));
}

function named(group: string): string[] {
  return group.match(ID) ?? [];
}

/** `[CU1–CU5]` → CU1, CU2, CU3, CU4, CU5. */
function range(group: string): string[] {
  const [first = '', last = first] = named(group);
  const prefix = first.replace(/\d+/, '');
  const [from, to] = [first, last].map((id) => Number(id.slice(prefix.length))) as [number, number];
  return Array.from({ length: Math.max(1, to - from + 1) }, (_, index) => `${prefix}${from + index}`);
}
