import { describe, expect, it } from 'vitest';
import { isRefusalCode, REFUSALS, refuse } from './refusal.ts';

describe('refusals', () => {
  it.each(Object.entries(REFUSALS))(
    '%s is a family and a word, and can be said to a person',
    (code, { en, zh }) => {
      expect(code).toMatch(/^[a-z]+\.[a-z_]+$/);
      expect(en).toMatch(/^[A-Z].*\.$/);
      expect(zh).toMatch(/。$/);
    },
  );

  it('of the server pass by themselves, and rules do not', () => {
    const families = new Map<string, Set<boolean>>();
    for (const [code, { retryable }] of Object.entries(REFUSALS)) {
      const family = code.slice(0, code.indexOf('.'));
      families.set(family, (families.get(family) ?? new Set()).add(retryable));
    }
    expect([...(families.get('server') ?? [])]).toEqual([true]);
    for (const family of ['message', 'permission', 'user', 'conflict', 'request', 'client']) {
      expect([family, ...(families.get(family) ?? [])]).toEqual([family, false]);
    }
  });

  it('are a closed table', () => {
    expect(isRefusalCode('limit.rate')).toBe(true);
    for (const text of ['', 'limit', 'limit.other', 'toString', '__proto__', 'constructor'])
      expect(isRefusalCode(text)).toBe(false);
  });

  it('carry the wait and the limit only where there is one', () => {
    expect(refuse('permission.role')).toEqual({ outcome: 'refused', code: 'permission.role' });
    expect(refuse('limit.rate', { retryAfterMs: 250 })).toEqual({
      outcome: 'refused',
      code: 'limit.rate',
      retryAfterMs: 250,
    });
    expect(refuse('message.too_large', { limit: 16_384 })).toMatchObject({ limit: 16_384 });
  });
});
