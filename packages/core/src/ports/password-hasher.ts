/** Turns passwords into what may be stored. The process uses argon2id; tests something quick. */
export interface PasswordHasher {
  /**
   * The PHC string of a password.
   *
   * Errors: none.
   */
  hash(password: string): Promise<string>;
  /**
   * Whether the password matches. With `null`, for a user who does not exist, takes as long and answers false, so that
   * time does not tell who has an account.
   *
   * Errors: none.
   */
  verify(passwordHash: string | null, password: string): Promise<boolean>;
}
