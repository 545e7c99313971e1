import { SkeinError } from '@skein/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoOf, message, viewOf } from '../test/messages.ts';
import { widthOf } from '../text/display-width.ts';
import { languageOf } from '../words/language.ts';
import { drawScreen } from './draw-screen.ts';
import { plainText } from './line.ts';
import { draftOf } from './line-editor.ts';
import { Painter } from './painter.ts';
import type { ScreenFacts } from './screen-facts.ts';

describe('drawScreen', () => {
  it('shows list and conversation side by side where there is room', () => {
    expect(textOf(factsOf())).toEqual([
      'Messages (2)          │ bob',
      '─'.repeat(66),
      '▌bob                  │',
      '▌hello                │ This is the beginning',
      ' 周末               2 │ ── Fri, November 20 ──',
      ' carol: 去哪儿？      │ bob  09:30',
      '                      │   hello',
      '─'.repeat(66),
      '›',
      `Connected${' '.repeat(52)}alice`,
    ]);
  });

  it('lets them take turns where there is not', () => {
    const size = { columns: 40, rows: 10 };
    expect(textOf(factsOf({ size })).join('\n')).not.toContain('周末');
    expect(textOf(factsOf({ size, open: null })).join('\n')).toContain('周末');
  });

  it('puts the cursor where the next letter goes, also below wide ones and on the second line', () => {
    expect(drawScreen(factsOf({ draft: draftOf('你好') }), languageOf('en')).cursor).toEqual({
      row: 8,
      column: 6,
    });
    expect(drawScreen(factsOf({ draft: draftOf('a\nbc') }), languageOf('en')).cursor).toEqual({
      row: 8,
      column: 4,
    });
  });

  it('speaks about the connection, and how much waits for it', () => {
    const offline = { state: 'offline', reason: 'network', retryAt: null, attempt: 3 } as const;
    expect(textOf(factsOf({ connection: offline, waiting: 2 })).at(-1)).toContain('Offline · 2 waiting');
    const zh = drawScreen(factsOf({ connection: offline, waiting: 2 }), languageOf('zh'));
    expect(plainText(zh.lines.at(-1) ?? [])).toContain('离线 · 2 条待发送');
    const blocked = { state: 'blocked', error: new SkeinError('auth.required') } as const;
    expect(textOf(factsOf({ connection: blocked })).at(-1)).toContain(blocked.error.userMessage());
  });

  it('says who is typing', () => {
    const open = { info: infoOf(), view: viewOf([]), typing: [{ id: 'bob', name: 'bob' }] };
    expect(textOf(factsOf({ open })).at(-3)).toMatch(/^── bob typing… ─+$/);
  });

  it('fills every size exactly, with the cursor inside', () => {
    const sizes = fc.record({
      columns: fc.integer({ min: 1, max: 130 }),
      rows: fc.integer({ min: 1, max: 40 }),
    });
    const texts = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(sizes, texts, texts, fc.boolean(), (size, draft, text, isOpen) => {
        const open = isOpen
          ? { info: infoOf({ title: text }), view: viewOf([message({ text })]), typing: [] }
          : null;
        const facts = factsOf({ size, draft: draftOf(draft), open, notices: [text] });
        const { lines, cursor } = drawScreen(facts, languageOf('zh'));
        expect(lines.map((each) => widthOf(plainText(each)))).toEqual(Array(size.rows).fill(size.columns));
        expect(cursor === null || (cursor.row < size.rows && cursor.column < size.columns)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Painter', () => {
  it('writes the rows that changed, and all of them after it has forgotten', () => {
    const painter = new Painter({ hasColour: false });
    const rowsOf = (facts: ScreenFacts): number =>
      painter.paint(drawScreen(facts, languageOf('en'))).split('\u001B[K').length - 1;
    expect(rowsOf(factsOf())).toBe(10);
    expect(rowsOf(factsOf())).toBe(0);
    expect(rowsOf(factsOf({ draft: draftOf('a') }))).toBe(1);
    painter.forget();
    expect(rowsOf(factsOf())).toBe(10);
  });
});

function textOf(facts: ScreenFacts): string[] {
  return drawScreen(facts, languageOf('en')).lines.map((each) => plainText(each).trimEnd());
}

function factsOf(changes: Partial<ScreenFacts> = {}): ScreenFacts {
  const last = message({ text: '去哪儿？', sender: { id: 'carol', name: 'carol' } });
  const hello = message();
  return {
    size: { columns: 66, rows: 10 },
    me: { id: 'alice', name: 'alice', device: 1 },
    connection: { state: 'online', since: new Date(0), rttMs: null, transport: 'tcp' },
    waiting: 0,
    unread: 2,
    conversations: [
      { id: '@bob', title: 'bob', unread: 0, isGroup: false, last: hello, draft: '' },
      { id: '7', title: '周末', unread: 2, isGroup: true, last, draft: '' },
    ],
    open: { info: infoOf(), view: viewOf([hello]), typing: [] },
    draft: draftOf(''),
    anchor: null,
    notices: [],
    ...changes,
  };
}
