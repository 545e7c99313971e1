import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { ScramCrypto, ScramHash } from '@skein/core';

const NAMES: Readonly<Record<ScramHash, { readonly name: string; readonly bytes: number }>> = {
  'sha-1': { name: 'sha1', bytes: 20 },
  'sha-256': { name: 'sha256', bytes: 32 },
};

/** The real functions, so that vectors hold; with few iterations they are quick enough for tests. */
export class TestScramCrypto implements ScramCrypto {
  async saltedPassword(
    hash: ScramHash,
    password: string,
    salt: Uint8Array,
    iterations: number,
  ): Promise<Uint8Array> {
    return pbkdf2Sync(password, salt, iterations, NAMES[hash].bytes, NAMES[hash].name);
  }

  hmac(hash: ScramHash, key: Uint8Array, data: Uint8Array | string): Uint8Array {
    return createHmac(NAMES[hash].name, key).update(data).digest();
  }

  digest(hash: ScramHash, data: Uint8Array): Uint8Array {
    return createHash(NAMES[hash].name).update(data).digest();
  }

  isSame(a: Uint8Array, b: Uint8Array): boolean {
    return Buffer.compare(a, b) === 0;
  }
}
