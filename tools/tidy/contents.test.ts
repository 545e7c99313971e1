import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allFiles, linesMatching, ROOT, sourceFiles } from './repository.ts';

/** Enough for any text people write and any picture a page needs; what is larger belongs elsewhere. */
const FILE_BYTES_MAX = 512 * 1024;

const TEXT = /\.(ts|tsx|js|mjs|json|md|css|html|proto|sh|yml|yaml)$|(^|\/)\.[\w-]+$/;
const OWN = 'tools/tidy/';

describe('file contents', () => {
  const texts = allFiles().filter((path) => TEXT.test(path) && !path.startsWith(OWN));

  it('name no path of a particular machine', () => {
    const folders = [ROOT, homedir()].filter((path) => path.split(/[\\/]/).length > 2);
    const here = folders.map((path) => path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp([...here, '/(?:root|home|Users)/[\\w.-]+/', 'C:\\\\+Users'].join('|'));
    expect(texts.flatMap((path) => linesMatching(path, pattern))).toEqual([]);
  });

  it('leave no task without an issue number', () => {
    const pattern = /\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))/;
    expect(texts.flatMap((path) => linesMatching(path, pattern))).toEqual([]);
  });

  it('focus no test', () => {
    const pattern = /\b(?:it|test|describe|suite)\.only\b/;
    expect(
      sourceFiles().flatMap((path) => (path.startsWith(OWN) ? [] : linesMatching(path, pattern))),
    ).toEqual([]);
  });

  it(`stay under ${FILE_BYTES_MAX / 1024} KiB`, () => {
    const large = allFiles().filter((path) => statSync(join(ROOT, path)).size > FILE_BYTES_MAX);
    expect(large).toEqual([]);
  });
});

describe('names of files', () => {
  it('say what is inside', () => {
    const vague = /(^|\/)(utils?|helpers?|managers?|common|misc)(\.tsx?$|\/)/;
    expect(sourceFiles().filter((path) => vague.test(path))).toEqual([]);
  });
});
