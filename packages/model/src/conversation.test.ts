import { describe, expect, it } from 'vitest';
import { outranks, type Role } from './conversation.ts';

describe('roles', () => {
  const ordered: readonly Role[] = ['member', 'admin', 'owner'];

  it('outrank the ones below them, never their equals', () => {
    const pairs = ordered.flatMap((actor) =>
      ordered.filter((other) => outranks(actor, other)).map((other) => `${actor} > ${other}`),
    );
    expect(pairs).toEqual(['admin > member', 'owner > member', 'owner > admin']);
  });
});
