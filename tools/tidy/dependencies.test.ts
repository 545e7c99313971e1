import { describe, expect, it } from 'vitest';
import { manifestOf, read, workspaces } from './repository.ts';

const FOLDERS = ['', ...workspaces()];

describe('dependencies', () => {
  it.each(FOLDERS)('of /%s are pinned exactly', (folder) => {
    const loose = dependenciesOf(folder).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('have one version in the whole repository', () => {
    const pins = new Set(FOLDERS.flatMap(dependenciesOf).map(([name, version]) => `${name} ${version}`));
    const names = [...pins].map((pin) => pin.split(' ')[0]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('each have a reason in docs/dependencies.md', () => {
    const page = read('docs/dependencies.md');
    const missing = FOLDERS.flatMap(dependenciesOf)
      .filter(([name]) => !name.startsWith('@skein/'))
      .filter(([name, version]) => !page.includes(`| \`${name}\` | ${version} |`))
      .map(([name, version]) => `${name} ${version}`);
    expect([...new Set(missing)]).toEqual([]);
  });

  it('are not listed in docs/dependencies.md once they are gone', () => {
    const used = new Set(FOLDERS.flatMap(dependenciesOf).map(([name]) => name));
    const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(listed.filter((name) => name !== undefined && !used.has(name))).toEqual([]);
  });
});

describe('the lockfile', () => {
  it('names no registry', () => {
    expect(read('package-lock.json').match(/"resolved": "(?:https?|git|file):.*/g) ?? []).toEqual([]);
  });

  it('has a hash for every package', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
    const unhashed = Object.entries(lock.packages)
      .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
      .filter(([, { integrity, inBundle }]) => integrity === undefined && inBundle !== true)
      .map(([path]) => path);
    expect(unhashed).toEqual([]);
  });

  it('is written with settings that hold on any machine', () => {
    expect(read('.npmrc').match(/^.*(?:registry\s*=|_auth|cafile|proxy|prefix).*$/gm) ?? []).toEqual([]);
  });
});

interface LockedPackage {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

function dependenciesOf(folder: string): [string, string][] {
  const { dependencies, devDependencies, optionalDependencies } = manifestOf(folder);
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
}
