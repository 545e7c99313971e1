import { readFileSync } from 'node:fs';

/** How many files and sockets this process may have open, or null where the system does not tell. */
export function openFilesMax(): number | null {
  try {
    const [, soft] =
      /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    if (soft === 'unlimited') return Number.POSITIVE_INFINITY;
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
