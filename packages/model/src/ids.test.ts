import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUserId } from './ids.ts';

describe('a user id', () => {
  it.each(['a', 'Alice', '_', '-x', 'bob-2_x', 'a'.repeat(64)])('may be %j', (text) => {
    expect(parseUserId(text)).toBe(text);
  });

  it.each(['', '1a', '9', 'a'.repeat(65), 'a b', 'a.b', 'a@b', 'é', '鸿雁', 'a\n', '\na', 'a\0', 'ａ'])(
    'may not be %j',
    (text) => {
      expect(parseUserId(text)).toBeNull();
    },
  );

  it('of whatever text is that text or null', () => {
    fc.assert(fc.property(fc.string(), (text) => [text, null].includes(parseUserId(text))));
  });
});
