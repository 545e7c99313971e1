/** Cryptographic hashing, which the pure packages have no host for. */
export interface Digests {
  /**
   * SHA-256 of a text, as lower-case hex.
   *
   * Errors: none.
   */
  sha256Hex(text: string): string;

  /**
   * SHA-1 of bytes, as lower-case hex: for names that a standard gives things, where nothing depends on who chose them.
   *
   * Errors: none.
   */
  sha1Hex(bytes: Uint8Array): string;
}
