import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const GZIP_BYTES_MAX = 35 * 1024;
/** Of each part that is loaded apart. */
const LATER_BYTES_MAX = 4 * 1024;

describe('the bundle for browsers', () => {
  it('[SZ1] is at most 35 KB with IndexedDB and WebSocket, minified and zipped', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [`${import.meta.dirname}/index.ts`],
      bundle: true,
      splitting: true,
      outdir: '/out',
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      charset: 'utf8',
      target: 'es2022',
    });
    const sizes = new Map(
      outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents, { level: 9 }).length]),
    );
    const outputs = Object.entries(metafile.outputs);
    const entry = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith('/index.ts'));
    // The entry and whatever it imports in turn, before anything has happened.
    const atOnce = new Set([entry?.[0] ?? '']);
    for (const path of atOnce) {
      for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
        if (kind === 'import-statement') atOnce.add(next);
      }
    }
    const names = new Set([...atOnce].map((path) => basename(path)));
    const zippedBytes = [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
    const later = [...sizes].filter(([name]) => !names.has(name));
    console.log(`@skein/client: ${(zippedBytes / 1024).toFixed(1)} KB gzip`);
    for (const [name, bytes] of later) console.log(`  later: ${name} ${(bytes / 1024).toFixed(1)} KB gzip`);
    expect(zippedBytes).toBeGreaterThan(10_000);
    expect(zippedBytes).toBeLessThanOrEqual(GZIP_BYTES_MAX);
    expect(later.length).toBeGreaterThan(0);
    expect(later.filter(([, bytes]) => bytes > LATER_BYTES_MAX)).toEqual([]);
    // The JSON encoding is for people and other languages; an SDK never needs it.
    expect(Object.keys(metafile.inputs).filter((path) => /json\//.test(path))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('/node/'))).toEqual([]);
  });
});
