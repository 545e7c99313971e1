import type { Hello } from '@skein/protocol';

/** Which program a connection comes from, as it says of itself. */
export interface Program {
  /** The protocol version both sides agreed on. */
  readonly protocol: number;
  /** Name and version; empty when it does not say. */
  readonly app: string;
}

/** Characters of what a client says of itself that are kept; the rest is cut. */
const DESCRIPTION_CHARACTERS_MAX = 64;

/** [SS11] A short text, whatever was sent. */
export function cut(text: string): string {
  return Array.from(text.slice(0, 2 * DESCRIPTION_CHARACTERS_MAX))
    .slice(0, DESCRIPTION_CHARACTERS_MAX)
    .join('');
}

/** Name and version in one. */
export function appOf({ app, appVersion }: Pick<Hello, 'app' | 'appVersion'>): string {
  return cut([app, appVersion].filter((part) => part !== '').join(' '));
}
