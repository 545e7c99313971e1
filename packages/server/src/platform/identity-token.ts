import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IdentityVerifier, VerifiedIdentity } from '@skein/core';

/** RFC 7518 §3.2: a key for HS256 has at least the size of the hash. */
export const EXTERNAL_KEY_BYTES_MIN = 32;
/** What a backend that serves one Skein alone may write as audience, whatever the server is called. */
const ANY_SERVER = 'skein';
// Always the same bytes, so that minted tokens differ in their claims alone.
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

export interface IdentityClaims {
  readonly sub: string;
  readonly name?: string;
  readonly aud: string;
  /** Seconds since 1970. */
  readonly exp: number;
}

/** A token as the operator's backend makes it (RFC 7519, compact, HS256). */
export function mintIdentityToken(key: string, claims: IdentityClaims): string {
  const signed = `${HEADER}.${encode(claims)}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/**
 * [ID1–ID3] Verifies HS256 and nothing else: the algorithm is ours to choose, never the token's (RFC 8725 §3.1). With one
 * algorithm and one key this is a page; a library's choice of a dozen would only have to be forbidden again.
 */
export function identityVerifierOf(key: string, serverName: string): IdentityVerifier {
  return {
    verify(token) {
      const [header = '', payload = '', signature = '', more] = token.split('.');
      if (more !== undefined || !isSignature(signature, signatureOf(`${header}.${payload}`, key)))
        return null;
      return isOurHeader(decode(header)) ? toIdentity(decode(payload), serverName) : null;
    },
  };
}

function signatureOf(signed: string, key: string): string {
  return createHmac('sha256', key).update(signed).digest('base64url');
}

/** In a time that does not tell how much of it was right. Compared as text, so that one token has one spelling. */
function isSignature(text: string, expected: string): boolean {
  const [given, wanted] = [Buffer.from(text), Buffer.from(expected)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** RFC 7515 §4.1.11: extensions that must be understood are not. */
function isOurHeader(header: Readonly<Record<string, unknown>> | null): boolean {
  return header !== null && header['alg'] === 'HS256' && header['crit'] === undefined;
}

function toIdentity(
  claims: Readonly<Record<string, unknown>> | null,
  serverName: string,
): VerifiedIdentity | null {
  if (claims === null) return null;
  const { sub, name = '', aud, exp, nbf = 0 } = claims;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(serverName) && !audiences.includes(ANY_SERVER)) return null;
  if (typeof sub !== 'string' || typeof name !== 'string') return null;
  if (typeof exp !== 'number' || typeof nbf !== 'number') return null;
  return { id: sub, name, expiresAtMs: exp * 1_000, notBeforeMs: nbf * 1_000 };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
