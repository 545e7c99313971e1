import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from './testing/built-page.ts';

// Measured 114 KB with React at 67 of them, and 3 KB; what is added has to be worth its bytes.
const SCRIPT_KB_MAX = 130;
const STYLE_KB_MAX = 14;

describe('the weight of the page', () => {
  let page: Awaited<ReturnType<typeof buildPage>>;
  beforeAll(async () => {
    page = await buildPage();
  });
  afterAll(() => page[Symbol.dispose]());

  it(`stays within ${SCRIPT_KB_MAX} KB of scripts and ${STYLE_KB_MAX} KB of styles, compressed`, () => {
    const [scripts, styles] = [weightKb(page.path, 'js'), weightKb(page.path, 'css')];
    console.log(`scripts ${scripts.toFixed(1)} KB, styles ${styles.toFixed(1)} KB (gzip)`);
    expect(scripts).toBeGreaterThan(0);
    expect(scripts).toBeLessThanOrEqual(SCRIPT_KB_MAX);
    expect(styles).toBeGreaterThan(0);
    expect(styles).toBeLessThanOrEqual(STYLE_KB_MAX);
  });

  it('asks no other server for anything', () => {
    const html = readFileSync(join(page.path, 'index.html'), 'utf8');
    const styles = globSync('**/*.css', { cwd: page.path }).map((file) =>
      readFileSync(join(page.path, file), 'utf8'),
    );
    expect([html, ...styles].join('\n')).not.toMatch(/(?:src|href)="(?:https?:)?\/\/|url\((?!data:)/);
  });
});

/** All files of one kind together, as they travel; 1 KB = 1,024 bytes. */
function weightKb(folder: string, extension: string): number {
  const files = globSync(`**/*.${extension}`, { cwd: folder });
  const bytes = files.map((file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1_024;
}
