import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { isSystemTest, isTest, manifestOf, read, sourceFiles, workspaces } from './repository.ts';

/** No workspace: an example has nothing that the repository does not already have. */
const EXAMPLES = 'examples';

/**
 * Who may import whom. Rules stay pure because `model`, `protocol` and `core` can reach nothing that
 * does I/O; gateways and stores meet only in `server`.
 */
const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  'packages/model': [],
  'packages/protocol': ['model'],
  'packages/core': ['model', 'protocol'],
  'packages/stores': ['core', 'model', 'protocol'],
  'packages/gateways': ['core', 'model', 'protocol'],
  'packages/server': ['core', 'gateways', 'model', 'protocol', 'stores'],
  'packages/client': ['model', 'protocol'],
  'packages/testkit': ['core', 'model', 'needs', 'protocol'],
  'packages/simulation': [
    'client',
    'core',
    'gateways',
    'model',
    'needs',
    'protocol',
    'server',
    'stores',
    'testkit',
  ],
  'apps/web': ['client', 'model', 'protocol'],
  'apps/terminal': ['client', 'model'],
  bench: ['client', 'core', 'gateways', 'model', 'needs', 'protocol', 'server', 'stores', 'testkit'],
  // Written from the standards and pointed at an address: it knows nothing of what it is pointed at.
  conformance: [],
  'tools/needs': [],
  // What a page lists is held against the table in the code.
  'tools/tidy': ['model'],
  // What people copy: the SDK as they would use it, and a server process of its own to use it with.
  [EXAMPLES]: ['client', 'server'],
};

/** What a test may import on top: the ports' suites and fakes, and the skip for a missing program. */
const ALLOWED_IN_TESTS = ['needs', 'testkit'];

/** A system test meets the product from outside, so it may use any package of it. */
const ALLOWED_IN_SYSTEM_TESTS = [
  ...ALLOWED_IN_TESTS,
  'client',
  'core',
  'gateways',
  'model',
  'protocol',
  'server',
  'stores',
];

/** Each of these translates one protocol; what two of them share lives beside them, not in one of them. */
const PROTOCOL_FOLDERS = new Set(['http', 'json-lines', 'mqtt', 'native', 'websocket', 'xmpp']);

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

describe('package boundaries', () => {
  it('knows every workspace', () => {
    expect([...workspaces(), EXAMPLES].toSorted()).toEqual(Object.keys(ALLOWED_IMPORTS).toSorted());
  });

  it.each(Object.keys(ALLOWED_IMPORTS))('%s imports only what it may', (workspace) => {
    const strangers = sourcesOf(workspace).flatMap((path) =>
      importsOf(path)
        .filter((name) => name.startsWith('@skein/'))
        .filter((name) => !allowedIn(workspace, path).includes(packageOf(name)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  it.each(workspaces())('%s declares only what it may import', (workspace) => {
    const declared = Object.keys(manifestOf(workspace).dependencies ?? {});
    const strangers = declared
      .filter((name) => name.startsWith('@skein/'))
      .filter((name) => !ALLOWED_IMPORTS[workspace]?.includes(packageOf(name)));
    expect(strangers).toEqual([]);
  });

  it('lets no relative import leave its package', () => {
    const leaving = Object.keys(ALLOWED_IMPORTS).flatMap((workspace) =>
      sourcesOf(workspace).flatMap((path) =>
        relativeImportsOf(path)
          .filter((target) => !target.startsWith(`${workspace}/`))
          .map((target) => `${path} imports ${target}`),
      ),
    );
    expect(leaving).toEqual([]);
  });

  it('imports other packages by their entry, never by a file inside', () => {
    const deep = sourceFiles().flatMap((path) =>
      importsOf(path)
        .filter((name) => /^@skein\/[^/]+\//.test(name) && !isExported(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(deep).toEqual([]);
  });

  it('keeps gateway folders apart', () => {
    const crossing = sourcesOf('packages/gateways')
      .filter((path) => gatewayFolderOf(path) !== null && !isTest(path))
      .flatMap((path) =>
        relativeImportsOf(path)
          .filter((target) => PROTOCOL_FOLDERS.has(gatewayFolderOf(target) ?? ''))
          .filter((target) => gatewayFolderOf(target) !== gatewayFolderOf(path))
          .map((target) => `${path} imports ${target}`),
      );
    expect(crossing).toEqual([]);
  });
});

function sourcesOf(workspace: string): readonly string[] {
  return sourceFiles().filter((path) => path.startsWith(`${workspace}/`));
}

function allowedIn(workspace: string, path: string): readonly string[] {
  const allowed = ALLOWED_IMPORTS[workspace] ?? [];
  const own = workspace.slice(workspace.lastIndexOf('/') + 1);
  if (isSystemTest(path)) return [...allowed, ...ALLOWED_IN_SYSTEM_TESTS, own];
  return isTest(path) ? [...allowed, ...ALLOWED_IN_TESTS, own] : allowed;
}

function importsOf(path: string): string[] {
  return [...read(path).matchAll(IMPORT)].map((match) => match[1] ?? '');
}

/** Where relative imports lead, as paths from the root. */
function relativeImportsOf(path: string): string[] {
  return importsOf(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(path), name));
}

/** `@skein/model` → `model`. */
function packageOf(name: string): string {
  return name.split('/')[1] ?? '';
}

/** A subpath such as `@skein/client/node` is an entry too, where the manifest says so. */
function isExported(name: string): boolean {
  const [, owner = '', ...rest] = name.split('/');
  const folder = workspaces().find((path) => path.endsWith(`/${owner}`));
  if (folder === undefined) return false;
  const { exports = {} } = manifestOf(folder) as { exports?: Record<string, string> };
  return `./${rest.join('/')}` in exports;
}

/** The folder directly under the gateways' src, or null for a file that sits there itself. */
function gatewayFolderOf(path: string): string | null {
  return /^packages\/gateways\/src\/([^/]+)\//.exec(path)?.[1] ?? null;
}
