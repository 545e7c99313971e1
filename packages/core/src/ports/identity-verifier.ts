/** What the operator's backend says of somebody, once its signature was found good. Nothing in it has been judged yet. */
export interface VerifiedIdentity {
  /** Becomes the user id if it keeps the rule for ids. */
  readonly id: string;
  /** What others see; empty when the backend does not say. */
  readonly name: string;
  readonly expiresAtMs: number;
  /** Before this the token holds for nothing; 0 when it holds from the start. */
  readonly notBeforeMs: number;
}

/** Checks who signed a token of an external user system. The process uses HS256; a test whatever it likes. */
export interface IdentityVerifier {
  /**
   * The signed statement, or null when the token is not of the operator's backend or not for this server. An expired
   * one is answered like any other: time is the core's to judge.
   *
   * Errors: none; whatever cannot be read is null.
   */
  verify(token: string): VerifiedIdentity | null;
}
