import { describe, expect, it } from 'vitest';
import type { TimelineLine } from './draw-timeline.ts';
import { line, plainText } from './line.ts';
import { type Anchor, scrolled, shownOf } from './scroll.ts';

const HEIGHT = 4;

describe('scrolling', () => {
  const ten = linesOf('aabbbccdde');

  it('stays at the end while messages arrive', () => {
    expect(shown(ten, null)).toBe('7,8,9,10');
    expect(shown([...ten, ...linesOf('ff', 11)], null)).toBe('9,10,11,12');
  });

  it('holds on to what is read, whatever comes below and above', () => {
    const anchor = scrolled(ten, HEIGHT, null, -3);
    expect(shown(ten, anchor)).toBe('4,5,6,7');
    const more = [...linesOf('xyz', 101), ...ten, ...linesOf('ff', 11)];
    expect(shown(more, anchor)).toBe('4,5,6,7');
  });

  it('stops at both ends', () => {
    expect(shown(ten, scrolled(ten, HEIGHT, null, -99))).toBe('1,2,3,4');
    expect(shownOf(ten, HEIGHT, scrolled(ten, HEIGHT, null, -99)).isAtStart).toBe(true);
    expect(scrolled(ten, HEIGHT, scrolled(ten, HEIGHT, null, -99), 99)).toBe(null);
  });

  it('goes back to the end when what it held on to is gone', () => {
    expect(shown(ten, { owner: 'deleted', fromItsEnd: 0 })).toBe('7,8,9,10');
  });

  it('has nowhere to go when everything fits', () => {
    const few = linesOf('ab');
    expect(scrolled(few, HEIGHT, null, -1)).toBe(null);
    expect(shownOf(few, HEIGHT, null)).toMatchObject({ isAtStart: true, isAtEnd: true });
    expect(shown([], scrolled([], HEIGHT, null, -1))).toBe('');
  });
});

/** One line per letter, numbered; the letter is the message it belongs to. */
function linesOf(owners: string, from = 1): TimelineLine[] {
  return Array.from(owners, (owner, index) => ({ owner, line: line(String(from + index)) }));
}

function shown(lines: readonly TimelineLine[], anchor: Anchor): string {
  return shownOf(lines, HEIGHT, anchor)
    .lines.map((each) => plainText(each.line))
    .join(',');
}
