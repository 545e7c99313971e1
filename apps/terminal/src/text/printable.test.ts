import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableLine } from './printable.ts';

describe('printable', () => {
  it.each([
    ['an escape sequence', '\u001B[2Jgone', '␛[2Jgone'],
    ['a title', '\u001B]0;root\u0007', '␛]0;root␇'],
    ['an 8-bit sequence', '\u009B31m', '␡31m'],
    ['a carriage return', 'a\r\nb\rc', 'a\nb\nc'],
    ['text turned around', 'safe\u202Eexe.txt', 'safeexe.txt'],
    ['half a character', 'a\uD83D', 'a\uFFFD'],
    ['a tab', 'a\tb', 'a    b'],
  ])('disarms %s', (_, text, safe) => {
    expect(printable(text)).toBe(safe);
  });

  it('leaves nothing that a terminal obeys, and nothing but one line where one line is asked for', () => {
    const anything = fc
      .array(fc.integer({ min: 0, max: 0x2fff }))
      .map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(anything, (text) => {
        const codes = Array.from(printable(text), (each) => each.codePointAt(0) ?? 0);
        expect(codes.filter((code) => code !== 10 && (code < 32 || (code > 126 && code < 160)))).toEqual([]);
        expect(printableLine(text)).not.toContain('\n');
      }),
    );
  });
});
