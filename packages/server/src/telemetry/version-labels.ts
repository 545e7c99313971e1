import type { Program } from '@skein/core';

/** Applications told apart. A label's values live as long as a scraper's memory, and clients may call themselves anything. */
const APPS_MAX = 10;
const LABEL_CHARACTERS_MAX = 40;
const STRANGE = /[^\w .+-]/g;
const OTHER = 'other';
const UNNAMED = 'unnamed';

export interface VersionCount {
  readonly protocol: string;
  readonly app: string;
  readonly count: number;
}

/** [OP7] The most frequent applications under their own name, all others as one; `programs` has the most frequent first. */
export function versionLabels(
  programs: readonly (Program & { readonly count: number })[],
): readonly VersionCount[] {
  const counts = new Map<string, VersionCount>();
  const named = new Set<string>();
  for (const program of programs) {
    const label = labelOf(program.app);
    if (named.size < APPS_MAX) named.add(label);
    const app = named.has(label) ? label : OTHER;
    const protocol = String(program.protocol);
    const key = `${protocol} ${app}`;
    const count = (counts.get(key)?.count ?? 0) + program.count;
    counts.set(key, { protocol, app, count });
  }
  return [...counts.values()];
}

/** Whatever a client calls itself, a short plain word. */
function labelOf(app: string): string {
  const plain = app.replaceAll(STRANGE, '_').slice(0, LABEL_CHARACTERS_MAX).trim();
  return plain === '' ? UNNAMED : plain;
}
