import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { identityVerifierOf, mintIdentityToken } from './identity-token.ts';

const KEY = 'a key of the operator, 32 bytes or more';
const CLAIMS = { sub: 'rosalind', name: '罗莎琳', aud: 'skein', exp: 1_800_000_000 };
const verifier = identityVerifierOf(KEY, 'Arden');
const verify = (token: string) => verifier.verify(token);

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HASH_OF = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;

/** Signs anything, right or wrong. */
function signed(header: object, claims: unknown, hash = 'sha256', key = KEY): string {
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
}

describe('an identity token', () => {
  it('[ID1] that was signed with the key is believed', () => {
    expect(verify(mintIdentityToken(KEY, CLAIMS))).toEqual({
      id: 'rosalind',
      name: '罗莎琳',
      expiresAtMs: 1_800_000_000_000,
      notBeforeMs: 0,
    });
    const bare = { sub: 'celia', aud: ['other', 'Arden'], exp: 1_800_000_000, nbf: 1_700_000_000 };
    expect(verify(signed({ alg: 'HS256' }, bare))).toMatchObject({
      id: 'celia',
      name: '',
      notBeforeMs: 1_700_000_000_000,
    });
  });

  it('[ID2] cannot choose its algorithm', () => {
    const payload = Buffer.from(JSON.stringify(CLAIMS)).toString('base64url');
    for (const alg of ['none', 'None', 'NONE', '']) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      expect(verify(`${header}.${payload}.`)).toBeNull();
      expect(verify(`${header}.${payload}`)).toBeNull();
      expect(verify(signed({ alg }, CLAIMS))).toBeNull();
    }
    for (const alg of ['HS384', 'HS512'] as const)
      expect(verify(signed({ alg }, CLAIMS, HASH_OF[alg]))).toBeNull();
    for (const alg of ['HS384', 'RS256', 'ES256', 'hs256', ['HS256'], null, undefined])
      expect(verify(signed({ alg }, CLAIMS))).toBeNull();
    expect(verify(signed({ alg: 'HS256', crit: ['exp'] }, CLAIMS))).toBeNull();
  });

  it('[ID1] of another key, or changed by one character, is not believed', () => {
    expect(verify(mintIdentityToken(`${KEY}.`, CLAIMS))).toBeNull();
    const token = mintIdentityToken(KEY, CLAIMS);
    const [header = '', , signature = ''] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'duke' })).toString('base64url');
    expect(verify(`${header}.${forged}.${signature}`)).toBeNull();
    expect(verify(`${token.slice(0, -2)}AA`)).toBeNull();
    expect(verify(token.slice(0, -1))).toBeNull();
    expect(verify(`${token}=`)).toBeNull();
    // The last character of a signature has two bits that mean nothing: a token is one text nevertheless.
    const same = Array.from(BASE64URL).filter((last) => verify(token.slice(0, -1) + last) !== null);
    expect(same).toEqual([token.at(-1)]);
    expect(verify(`${token}.${signature}`)).toBeNull();
  });

  it('[ID3] is for this server', () => {
    for (const aud of ['other', 'arden', '', [], ['other'], undefined, null, { skein: true }])
      expect(verify(signed({ alg: 'HS256' }, { ...CLAIMS, aud }))).toBeNull();
    for (const aud of ['Arden', 'skein', ['skein']])
      expect(verify(signed({ alg: 'HS256' }, { ...CLAIMS, aud }))).not.toBeNull();
  });

  it('[ID3] says who and until when, in the right types', () => {
    const wrong = [
      { sub: 1 },
      { sub: undefined },
      { exp: undefined },
      { exp: '1800000000' },
      { nbf: '0' },
      { name: {} },
    ];
    for (const claims of wrong) expect(verify(signed({ alg: 'HS256' }, { ...CLAIMS, ...claims }))).toBeNull();
    for (const claims of [null, 'rosalind', 1, []])
      expect(verify(signed({ alg: 'HS256' }, claims))).toBeNull();
  });

  it.each(['', '.', '..', '...', 'a.b.c', '💥.💥.💥', `${'x'.repeat(100_000)}.y.z`])(
    '[ID1] is never more than refused: %.20j',
    (text) => expect(verify(text)).toBeNull(),
  );
});
