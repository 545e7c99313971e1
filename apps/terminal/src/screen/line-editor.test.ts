import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../text/display-width.ts';
import { type Draft, draftOf, type Edit, edit, layOut, textOf } from './line-editor.ts';

describe('edit', () => {
  it.each<[string, Draft, Edit, Draft]>([
    ['inserts at the cursor', at('a|c'), { type: 'insert', text: 'b' }, at('ab|c')],
    ['goes left over a whole emoji', at('a👨‍👩‍👧|'), { type: 'left' }, at('a|👨‍👩‍👧')],
    ['goes right over an accent', at('|e\u0301x'), { type: 'right' }, at('e\u0301|x')],
    ['erases a whole character', at('你👍🏽|'), { type: 'erase-back' }, at('你|')],
    ['erases forward', at('a|你b'), { type: 'erase-forward' }, at('a|b')],
    ['erases a word and its spaces', at('one two  |x'), { type: 'erase-word' }, at('one |x')],
    ['erases to the start', at('one|two'), { type: 'erase-to-start' }, at('|two')],
    ['erases to the end', at('one|two'), { type: 'erase-to-end' }, at('one|')],
    ['does nothing at the edge', at('|'), { type: 'erase-back' }, at('|')],
  ])('%s', (_, before, change, after) => {
    expect(edit(before, change)).toEqual(after);
  });

  it('moves without changing the text', () => {
    const moves = fc.constantFrom<Edit>(
      { type: 'left' },
      { type: 'right' },
      { type: 'start' },
      { type: 'end' },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(moves), (text, steps) => {
        expect(textOf(steps.reduce(edit, draftOf(text)))).toBe(text);
      }),
    );
  });
});

describe('layOut', () => {
  it('puts the cursor where the next character will be', () => {
    expect(layOut(at('你好|'), 10)).toEqual({ lines: ['你好'], row: 0, column: 4 });
    expect(layOut(at('ab\n|c'), 10)).toEqual({ lines: ['ab', 'c'], row: 1, column: 0 });
    expect(layOut(at('abcd|'), 4)).toEqual({ lines: ['abcd', ''], row: 1, column: 0 });
  });

  it('keeps every line and the cursor inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const { lines, row, column } = layOut({ before, after }, 12);
        for (const each of lines) expect(widthOf(each)).toBeLessThanOrEqual(12);
        expect(row).toBeLessThan(lines.length);
        expect(column).toBeLessThan(12);
      }),
    );
  });
});

/** `one|two`: the bar is the cursor. */
function at(text: string): Draft {
  const [before = '', after = ''] = text.split('|');
  return { before, after };
}
