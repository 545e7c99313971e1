import type { PasswordHasher } from '@skein/core';

/** Keeps passwords readable and costs nothing. For tests only, which is why it is in this package. */
export class FakePasswordHasher implements PasswordHasher {
  async hash(password: string): Promise<string> {
    return `$fake$${password}`;
  }

  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    return passwordHash === `$fake$${password}`;
  }
}
