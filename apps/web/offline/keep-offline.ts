import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plugin, transformWithOxc } from 'vite';

const SOURCE = join(import.meta.dirname, 'page-worker.ts');
const NAME = 'page-worker.js';

/**
 * Writes the worker that keeps the page on the device, with the list of everything that was built. Its version is a digest of
 * that list and its contents, so that a build that changed nothing is no new version.
 */
export function keepOffline(): Plugin {
  let folder = '';
  return {
    name: 'skein:keep-offline',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    // The last step: by now the folder holds what the page is, the files that were only copied included.
    async writeBundle({ dir }) {
      const { code } = await transformWithOxc(readFileSync(SOURCE, 'utf8'), SOURCE);
      const page = pageIn(dir ?? folder);
      const head = `const PAGE = ${JSON.stringify(page)};\n`;
      writeFileSync(join(dir ?? folder, NAME), head + code);
    },
  };
}

function pageIn(folder: string): { readonly version: string; readonly paths: readonly string[] } {
  const files = globSync('**/*.*', { cwd: folder })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.endsWith('.map') && file !== NAME)
    .toSorted();
  const digest = createHash('sha256');
  for (const file of files) digest.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return {
    version: digest.digest('hex').slice(0, 12),
    paths: files.map((file) => (file === 'index.html' ? '/' : `/${file}`)),
  };
}
