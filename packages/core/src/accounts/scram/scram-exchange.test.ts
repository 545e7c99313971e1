import { TestScramCrypto } from '@skein/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { saslPrep } from './sasl-prep.ts';
import { beginExchange, finishExchange, type ScramExchange } from './scram-exchange.ts';
import { parseClientFinal, parseClientFirst } from './scram-messages.ts';
import { deriveVerifier, verifierFromText, verifiersToText } from './scram-verifier.ts';

const crypto = new TestScramCrypto();
const NOTHING = new Uint8Array(0);

/** The examples of RFC 5802 §5 and RFC 7677 §3: user "user", password "pencil". */
const VECTORS = [
  {
    hash: 'sha-1',
    clientNonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverNonce: '3rfcNHYJY1ZVvWVs7j',
    salt: 'QSXCR+Q6sek8bf92',
    proof: 'v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    signature: 'rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    hash: 'sha-256',
    clientNonce: 'rOprNGfwEbeRWgbNEkqO',
    serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    proof: 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    signature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

type Vector = (typeof VECTORS)[number];

describe.each(VECTORS)('SCRAM with $hash', (vector) => {
  const nonce = vector.clientNonce + vector.serverNonce;

  it('[SA1] speaks as in the example of the standard', async () => {
    const exchange = await begin(vector);
    expect(exchange.serverFirst).toBe(`r=${nonce},s=${vector.salt},i=4096`);
    const final = finishExchange(crypto, exchange, `c=biws,r=${nonce},p=${vector.proof}`);
    expect(final).toBe(`v=${vector.signature}`);
  });

  it.each([
    ['another proof', `c=biws,r=NONCE,p=${toBase64(new Uint8Array(vector.hash === 'sha-1' ? 20 : 32))}`],
    ['a proof of another length', 'c=biws,r=NONCE,p=AAAA'],
    ['the nonce of another exchange', `c=biws,r=${vector.clientNonce}other,p=PROOF`],
    ['a nonce cut short', `c=biws,r=${vector.clientNonce},p=PROOF`],
    ['another GS2 header', 'c=eSws,r=NONCE,p=PROOF'],
    ['no proof', 'c=biws,r=NONCE'],
    ['something else', 'pencil'],
  ])('[SA1, SA2] takes no message with %s', async (_what, message) => {
    const sent = message.replace('NONCE', nonce).replace('PROOF', vector.proof);
    expect(finishExchange(crypto, await begin(vector), sent)).toBeNull();
  });

  it('[SA2] takes no proof that was made over another TLS connection', async () => {
    const exchange = { ...(await begin(vector)), channelBinding: Uint8Array.of(1, 2, 3) };
    expect(finishExchange(crypto, exchange, `c=biws,r=${nonce},p=${vector.proof}`)).toBeNull();
  });

  it('[SA3] keeps verifiers as RFC 5803 writes them, and reads them again', async () => {
    const { verifier } = await begin(vector);
    const text = verifiersToText([verifier]);
    expect(text).toMatch(/^SCRAM-SHA-(1|256)\$4096:[^$]+\$[^:]+:.+$/);
    expect(verifierFromText(text, vector.hash)).toEqual({
      ...verifier,
      storedKey: Uint8Array.from(verifier.storedKey),
      serverKey: Uint8Array.from(verifier.serverKey),
    });
    expect(verifierFromText('SCRAM-SHA-1$x', vector.hash)).toBeNull();
  });
});

describe('SCRAM messages', () => {
  it('[SA1] are parsed by their grammar', () => {
    expect(parseClientFirst('n,,n=user,r=abc')).toMatchObject({ user: 'user', nonce: 'abc', header: 'n,,' });
    expect(parseClientFirst('y,a=other,n=a=2Cb=3D,r=abc,x=y')).toMatchObject({
      user: 'a,b=',
      authorization: 'other',
      binding: { kind: 'unused' },
    });
    expect(parseClientFirst('p=tls-exporter,,n=user,r=abc')?.binding).toEqual({
      kind: 'used',
      name: 'tls-exporter',
    });
  });

  it.each([
    '',
    'n,,',
    'n,,n=user',
    'n,,n=,r=abc',
    'n,,r=abc',
    'n,,n=us=er,r=abc',
    'n,,n=user,r=a c',
    'x,,n=user,r=abc',
    'n,,m=1,n=user,r=abc',
    'p,,n=user,r=abc',
  ])('[SA1] is not %j', (text) => expect(parseClientFirst(text)).toBeNull());

  it('[SA1] never break the parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseClientFirst(text);
        parseClientFinal(text);
      }),
    );
  });
});

it('[SA1] base64 is what it should be', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(text)).toEqual(bytes);
    }),
  );
  for (const wrong of ['a', 'ab', 'abc', 'ab=c', '====', 'ab==cd==', 'a b='])
    expect(fromBase64(wrong)).toBeNull();
});

it('[SA3] prepares passwords as RFC 4013 does in its examples', () => {
  expect(saslPrep('I\u00adX')).toBe('IX');
  expect(saslPrep('user')).toBe('user');
  expect(saslPrep('USER')).toBe('USER');
  expect(saslPrep('\u00aa')).toBe('a');
  expect(saslPrep('\u2168')).toBe('IX');
  expect(saslPrep('a\u00a0b')).toBe('a b');
});

async function begin({ hash, clientNonce, serverNonce, salt }: Vector): Promise<ScramExchange> {
  const first = parseClientFirst(`n,,n=user,r=${clientNonce}`);
  const saltBytes = fromBase64(salt);
  if (first === null || saltBytes === null) throw new Error('the vectors are right');
  const of = { hash, password: 'pencil', salt: saltBytes, iterations: 4096 };
  const verifier = await deriveVerifier(crypto, of);
  return beginExchange(first, verifier, { serverNonce, channelBinding: NOTHING });
}
