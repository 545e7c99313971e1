/** Cryptographic hashing, which the pure packages have no host for. */
export interface Digests {
  /**
   * SHA-256 of a text, as lower-case hex.
   *
   * Errors: none.
   */
  sha256Hex(text: string): string;
}
