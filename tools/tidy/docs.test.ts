import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { allFiles, manifestOf, ROOT, read, workspaces } from './repository.ts';

const PAGES = allFiles().filter((path) => path.endsWith('.md'));

const RUN = /\bnpm run ([\w:-]+)([^\n`]*)/g;
const SHORT = /\bnpm (start|test)\b/g;
const NODE = /\bnode ((?:packages|apps|bench|tools|examples)\/[\w./-]+)/g;
const LINK = /\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g;

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('names scripts that exist', () => {
    const runs = [...text.matchAll(RUN)].map(([, script = '', rest = '']) => ({ script, rest }));
    const shorts = [...text.matchAll(SHORT)].map(([, script = '']) => ({ script, rest: '' }));
    const missing = [...runs, ...shorts].filter(({ script, rest }) => !hasScript(script, rest));
    expect(missing).toEqual([]);
  });

  it('runs files that exist', () => {
    const files = [...text.matchAll(NODE)].map(([, file = '']) => file);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('links to files that exist', () => {
    const targets = [...text.matchAll(LINK)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });
});

/** `npm run x` is the root's script; with `-w <workspace>` it is that workspace's. */
function hasScript(script: string, rest: string): boolean {
  const workspace = /(?:-w|--workspace)[ =](\S+)/.exec(rest)?.[1];
  if (workspace === undefined) return script in (manifestOf('').scripts ?? {});
  const folder = workspaces().find((path) => path === workspace || manifestOf(path).name === workspace);
  return folder !== undefined && script in (manifestOf(folder).scripts ?? {});
}
