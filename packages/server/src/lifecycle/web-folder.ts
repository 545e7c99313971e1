import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';

// Beside this package in the repository.
const BUILT_PAGE = join(import.meta.dirname, '..', '..', '..', '..', 'apps', 'web', 'dist');

/** The folder of the web page, or null when none was built. */
export function webFolder(config: Config): string | null {
  const folder = config['web.folder'] ?? BUILT_PAGE;
  return existsSync(join(folder, 'index.html')) ? folder : null;
}
