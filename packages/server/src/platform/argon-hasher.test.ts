import { HasherBusyError } from '@skein/core';
import { describe, expect, it } from 'vitest';
import { ArgonHasher } from './argon-hasher.ts';

describe('ArgonHasher', () => {
  it('[OP10] stores argon2id with at least 19 MiB, and knows the password again', async () => {
    const hasher = new ArgonHasher({ queuedMax: 10 });
    const stored = await hasher.hash('correct horse');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(stored, 'correct horse')).toBe(true);
    expect(await hasher.verify(stored, 'correct horsf')).toBe(false);
  });

  it('[OP10] says no for a user who does not exist, whatever the password', async () => {
    const hasher = new ArgonHasher({ queuedMax: 10 });
    expect(await hasher.verify(null, 'a password nobody has')).toBe(false);
  });

  it('[OP10] sheds what does not fit in the queue at once, and finishes the rest', async () => {
    const hasher = new ArgonHasher({ queuedMax: 3, concurrentMax: 1 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => hasher.hash(`password ${index}`)),
    );
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(failures).toHaveLength(2);
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(HasherBusyError);
      expect((failure as HasherBusyError).retryAfterMs).toBeGreaterThan(0);
    }
    await expect(hasher.hash('afterwards')).resolves.toContain('$argon2id$');
  });
});
