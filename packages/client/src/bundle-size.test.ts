import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const GZIP_BYTES_MAX = 35 * 1024;

describe('the bundle for browsers', () => {
  it('[SZ1] is at most 35 KB with IndexedDB and WebSocket, minified and zipped', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [`${import.meta.dirname}/index.ts`],
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      charset: 'utf8',
      target: 'es2022',
    });
    const [file] = outputFiles;
    const zippedBytes = gzipSync(file?.contents ?? new Uint8Array(0), { level: 9 }).length;
    console.log(`@skein/client: ${(zippedBytes / 1024).toFixed(1)} KB gzip, ${file?.contents.length} bytes`);
    expect(zippedBytes).toBeGreaterThan(10_000);
    expect(zippedBytes).toBeLessThanOrEqual(GZIP_BYTES_MAX);
    // The JSON encoding is for people and other languages; an SDK never needs it.
    expect(Object.keys(metafile.inputs).filter((path) => /json\//.test(path))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('/node/'))).toEqual([]);
  });
});
