/** The hash functions that SCRAM is registered with: RFC 5802 and RFC 7677. */
export type ScramHash = 'sha-1' | 'sha-256';

/** The cryptography of SCRAM, which the pure packages have no host for. */
export interface ScramCrypto {
  /**
   * `Hi` of RFC 5802 §2.2: PBKDF2 with HMAC as its function and one block as its output.
   *
   * Errors: none.
   */
  saltedPassword(
    hash: ScramHash,
    password: string,
    salt: Uint8Array,
    iterations: number,
  ): Promise<Uint8Array>;
  /**
   * HMAC(key, data).
   *
   * Errors: none.
   */
  hmac(hash: ScramHash, key: Uint8Array, data: Uint8Array | string): Uint8Array;
  /**
   * H(data).
   *
   * Errors: none.
   */
  digest(hash: ScramHash, data: Uint8Array): Uint8Array;
  /**
   * Whether both are the same, in a time that tells nothing about where they differ.
   *
   * Errors: none.
   */
  isSame(a: Uint8Array, b: Uint8Array): boolean;
}
