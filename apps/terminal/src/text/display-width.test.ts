import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, fit, graphemesOf, widthOf, wrap } from './display-width.ts';

describe('widthOf', () => {
  it.each([
    ['abc', 3],
    ['你好', 4],
    ['ｈａｌｆ', 8],
    ['e\u0301', 1],
    ['👍🏽', 2],
    ['👨‍👩‍👧', 2],
    ['○⊙◐●✗', 5],
  ])('counts the columns of %s', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('clip and fit', () => {
  it('never cut a wide character in half', () => {
    expect(clip('你好世界', 5)).toBe('你好…');
    expect(clip('你好世界', 4)).toBe('你…');
    expect(fit('你好世界', 4)).toBe('你… ');
    expect(clip('你好', 4)).toBe('你好');
  });

  it('give exactly the width that was asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (text, width) => {
        expect(widthOf(fit(text, width))).toBe(width);
      }),
    );
  });
});

describe('wrap', () => {
  it('breaks between words, and Chinese between characters', () => {
    expect(wrap('one two three', 8)).toEqual(['one two ', 'three']);
    expect(wrap('我们周六去爬山', 6)).toEqual(['我们', '周六去', '爬山']);
  });

  it('breaks a word only when it is wider than the line', () => {
    expect(wrap('https://example.com/a', 10)).toHaveLength(3);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('keeps line feeds, also several', () => {
    expect(wrap('a\n\nb', 10)).toEqual(['a', '', 'b']);
  });

  it('keeps a character whole that is wider than the line', () => {
    // A note of music: one character of three code points, three columns wide.
    const note = '\u{1D158}\u{1D165}\u{1D16E}';
    expect(wrap(`a${note}b`, 2)).toEqual(['a', note, 'b']);
  });

  it('loses no character but spaces at the edge, and never goes over it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        for (const each of lines.filter((line) => graphemesOf(line).length > 1)) {
          expect(widthOf(each)).toBeLessThanOrEqual(width);
        }
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      }),
    );
  });
});
