import { createHmac, hash as digestOf, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { ScramCrypto, ScramHash } from '@skein/core';

const derive = promisify(pbkdf2);

const NAMES: Readonly<Record<ScramHash, { readonly name: string; readonly bytes: number }>> = {
  'sha-1': { name: 'sha1', bytes: 20 },
  'sha-256': { name: 'sha256', bytes: 32 },
};

/** SCRAM's functions by OpenSSL; the slow one runs in the thread pool. */
export const nodeScramCrypto: ScramCrypto = {
  saltedPassword: (hash, password, salt, iterations) =>
    derive(password, salt, iterations, NAMES[hash].bytes, NAMES[hash].name),
  hmac: (hash, key, data) => createHmac(NAMES[hash].name, key).update(data).digest(),
  digest: (hash, data) => digestOf(NAMES[hash].name, data, 'buffer'),
  isSame: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};
