import { describe, expect, it } from 'vitest';
import { ENTRY_KIND, isCountable } from './entry.ts';

describe('kinds of entry', () => {
  it('keep their numbers: they are stored and sent', () => {
    expect(ENTRY_KIND).toEqual({ message: 1, edit: 2, recall: 3, reaction: 4, member: 5, settings: 6 });
  });

  it('count when they are messages, and only then', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 99].filter(isCountable)).toEqual([ENTRY_KIND.message]);
  });
});
