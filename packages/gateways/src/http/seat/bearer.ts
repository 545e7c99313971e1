import type { TokensInit } from '@skein/protocol';

/** What an Authorization header carries: a token and the installation that it belongs to (AC8), as one opaque word. */
export interface Bearer {
  readonly word: string;
  readonly installation: string;
  readonly token: string;
}

// An installation has no dot; a token of the operator's own backend has two.
const WORD = /^([A-Za-z0-9_-]{16,64})\.([A-Za-z0-9._~+/=-]{1,4096})$/;
// RFC 6750 §2.1; RFC 9110 §11.1: the scheme's name in any case.
const HEADER = /^bearer +([A-Za-z0-9._~+/=-]{1,5000})$/i;

/** Null where the header is absent or has another form. */
export function bearerOf(authorization: string | undefined): Bearer | null {
  const word = HEADER.exec(authorization ?? '')?.[1];
  return word === undefined ? null : parseWord(word);
}

export function parseWord(word: string): Bearer | null {
  const [, installation, token] = WORD.exec(word) ?? [];
  return installation === undefined || token === undefined ? null : { word, installation, token };
}

/** The tokens of the core as words for this installation. */
export function tokensFor(installation: string, tokens: TokensInit): TokensInit {
  const wordOf = (token: string | undefined): string => `${installation}.${token ?? ''}`;
  return {
    ...tokens,
    accessToken: wordOf(tokens.accessToken),
    refreshToken: wordOf(tokens.refreshToken),
  };
}
