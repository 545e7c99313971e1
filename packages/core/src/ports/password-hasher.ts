/** Turns passwords into what may be stored. The process uses argon2id; tests something quick. */
export interface PasswordHasher {
  /**
   * The PHC string of a password.
   *
   * Errors: throws HasherBusyError when too many others wait already.
   */
  hash(password: string): Promise<string>;
  /**
   * Whether the password matches. With `null`, for a user who does not exist, takes as long and answers false, so that
   * time does not tell who has an account.
   *
   * Errors: throws HasherBusyError when too many others wait already.
   */
  verify(passwordHash: string | null, password: string): Promise<boolean>;
}

/** Hashing is slow on purpose, so a storm of sign-ins is shed: answered with `server.overloaded`. */
export class HasherBusyError extends Error {
  override readonly name = 'HasherBusyError';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('too many passwords wait to be hashed');
    this.retryAfterMs = retryAfterMs;
  }

  shouldRetry(): boolean {
    return true;
  }
}
