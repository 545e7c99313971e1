import { describe, expect, it } from 'vitest';
import { draftOf, textOf } from './line-editor.ts';
import { press, type Writing } from './press.ts';

const NOTHING = writing('');
const HELLO = writing('hello');

describe('press', () => {
  it('writes, erases and sends', () => {
    expect(textAfter(HELLO, { type: 'text', text: '!' })).toBe('hello!');
    expect(textAfter(HELLO, { type: 'backspace' })).toBe('hell');
    expect(press(HELLO, { type: 'enter' })).toEqual([writing(''), [{ type: 'submit', text: 'hello' }]]);
  });

  it('takes the sting out of a paste and keeps its lines', () => {
    expect(textAfter(NOTHING, { type: 'paste', text: 'a\r\nb\u001B[A' })).toBe('a\nb␛[A');
  });

  it('throws away what was written before it ends the program', () => {
    const [cleared, effects] = press(HELLO, { type: 'interrupt' });
    expect([textOf(cleared.draft), effects]).toEqual(['', [{ type: 'wrote' }]]);
    expect(press(cleared, { type: 'interrupt' })[1]).toEqual([{ type: 'quit' }]);
    expect(press(HELLO, { type: 'end-of-input' })[1]).not.toContainEqual({ type: 'quit' });
  });

  it('scrolls with Home and End only where there is no text to move in', () => {
    expect(press(NOTHING, { type: 'home' })[1]).toEqual([{ type: 'scroll', by: 'to-start' }]);
    expect(press(HELLO, { type: 'home' })).toEqual([
      { draft: { before: '', after: 'hello' }, notices: [] },
      [],
    ]);
  });

  it('puts an answer away before it leaves the conversation', () => {
    const answered: Writing = { ...NOTHING, notices: ['Done.'] };
    const [read, effects] = press(answered, { type: 'escape' });
    expect([read.notices, effects]).toEqual([[], []]);
    expect(press(read, { type: 'escape' })[1]).toEqual([{ type: 'close' }]);
    expect(press(answered, { type: 'page-up' })[0].notices).toEqual(['Done.']);
  });
});

function writing(text: string): Writing {
  return { draft: draftOf(text), notices: [] };
}

function textAfter(before: Writing, key: Parameters<typeof press>[1]): string {
  return textOf(press(before, key)[0].draft);
}
