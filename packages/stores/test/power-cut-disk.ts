import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '@skein/testkit';

const SECTOR_BYTES = 512;

/** A data folder whose power can be cut; see powercut.c for what survives. */
export class PowerCutDisk {
  readonly folder: string;
  readonly #shadow: string;
  readonly #library: string;

  constructor(root: string) {
    this.folder = join(root, 'data');
    this.#shadow = join(root, 'shadow');
    this.#library = join(root, 'powercut.so');
    mkdirSync(this.folder);
    const source = join(import.meta.dirname, 'powercut.c');
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', this.#library, source, '-ldl']);
  }

  /** The environment of a process that writes to this disk; what the folder holds now counts as durable. */
  environment(): NodeJS.ProcessEnv {
    rmSync(this.#shadow, { recursive: true, force: true });
    mkdirSync(join(this.#shadow, 'content'), { recursive: true });
    mkdirSync(join(this.#shadow, 'names'));
    return {
      ...process.env,
      LD_PRELOAD: this.#library,
      POWERCUT_FOLDER: this.folder,
      POWERCUT_SHADOW: this.#shadow,
    };
  }

  /**
   * Leaves in the folder what a power cut leaves, after the process was killed: what was synced, and of the rest nothing
   * or, when `isTorn`, any sectors that happened to reach the disk on their own.
   */
  cut(isTorn: boolean, random: SeededRandom): void {
    const names = readdirSync(join(this.#shadow, 'names'));
    const survived = names.map((name) => {
      const synced = readFileSync(join(this.#shadow, 'names', name));
      const path = join(this.folder, name);
      const written = existsSync(path) ? readFileSync(path) : synced;
      return { path, bytes: isTorn ? torn(synced, written, random) : synced };
    });
    rmSync(this.folder, { recursive: true });
    mkdirSync(this.folder);
    for (const { path, bytes } of survived) writeFileSync(path, bytes);
  }
}

function torn(synced: Buffer, written: Buffer, random: SeededRandom): Buffer {
  const result = Buffer.alloc(random.chance(0.5) ? synced.length : written.length);
  synced.copy(result);
  for (let at = 0; at < result.length; at += SECTOR_BYTES) {
    // Past the end of what was synced there are zeros where the newer sector did not arrive.
    if (random.chance(0.5)) written.copy(result, at, at, at + SECTOR_BYTES);
  }
  return result;
}
