/**
 * Some suites need a program that npm cannot install. They say so with {@link describeNeeding}: where
 * the program is missing the suite is skipped, and the test runner prints what would enable it.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { COMMANDS_BY_TOOL, type Tool } from './tools.ts';

export { INSTALL_HINT_BY_TOOL, TOOLS, type Tool } from './tools.ts';

/** The program's path, or null where it is not installed. */
export function pathOf(tool: Tool): string | null {
  // Servers are installed where only root's path leads.
  const path = [process.env['PATH'] ?? '', '/usr/sbin', '/usr/local/sbin'].join(delimiter);
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const candidates = COMMANDS_BY_TOOL[tool].flatMap((command) =>
    folders.map((folder) => join(folder, command)),
  );
  return candidates.find(isExecutable) ?? null;
}

/** A `describe` that is skipped unless every tool is installed; its title says which it needs. */
export function describeNeeding(tools: Tool | readonly Tool[], title: string, suite: () => void): void {
  const needed = typeof tools === 'string' ? [tools] : tools;
  const suffix = needed.map((tool) => `(needs ${tool})`).join(' ');
  describe.skipIf(needed.some((tool) => pathOf(tool) === null))(`${title} ${suffix}`, suite);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
