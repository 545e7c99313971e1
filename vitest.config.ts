import { defineConfig } from 'vitest/config';

const SYSTEM = '**/*.system.test.ts';
const IGNORED = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,apps,tools,bench,conformance,examples}/**/*.test.{ts,tsx}'],
          exclude: [...IGNORED, SYSTEM, 'packages/simulation/**'],
          // Nothing here waits for anything; a machine that does other work as well is slow, and not wrong.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'sim',
          include: ['packages/simulation/src/**/*.test.ts'],
          exclude: [...IGNORED, SYSTEM],
          // A seed explores thousands of steps; a slow machine is not a failed seed.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: [SYSTEM],
          exclude: IGNORED,
          // Real processes, sockets, disks and browsers: one file at a time, after everything else,
          // so that a measured wait is not a neighbour's load.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
