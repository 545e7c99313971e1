import { SkeinError } from '@skein/client';
import { describe, expect, it } from 'vitest';
import { infoOf, MORNING, message, viewOf } from '../test/messages.ts';
import { widthOf } from '../text/display-width.ts';
import { languageOf } from '../words/language.ts';
import { drawTimeline } from './draw-timeline.ts';
import { plainText } from './line.ts';

const language = languageOf('en');

describe('drawTimeline', () => {
  it('writes a name once for a run of messages', () => {
    const later = new Date(MORNING.getTime() + 60_000);
    const items = [
      message({ text: 'one' }),
      message({ text: 'two', at: later }),
      message({ mine: true, text: 'hi' }),
    ];
    expect(linesOf(items)).toEqual([
      'This is the beginning',
      '── Fri, November 20 ──',
      'bob  09:30',
      '  one',
      '  two',
      'you  09:30',
      '⊙ hi',
    ]);
  });

  it('writes it again after a while, and the day when there is another', () => {
    const items = [
      message(),
      message({ at: new Date(2026, 10, 20, 9, 40) }),
      message({ at: new Date(2026, 10, 21) }),
    ];
    expect(linesOf(items).filter((each) => /bob|──/.test(each))).toEqual([
      '── Fri, November 20 ──',
      'bob  09:30',
      'bob  09:40',
      '── Sat, November 21 ──',
      'bob  00:00',
    ]);
  });

  it.each([
    ['queued', 0, 0, '○'],
    ['sending', 0, 0, '○'],
    ['sent', 0, 0, '⊙'],
    ['sent', 1, 0, '◐'],
    ['sent', 1, 1, '●'],
    ['failed', 0, 0, '✗'],
  ] as const)(
    'shows how far an own message is: %s, delivered %i, read %i',
    (state, delivered, read, ring) => {
      const items = [message({ mine: true, state, receipts: { delivered, read, of: 1 } })];
      expect(linesOf(items).at(-1)).toBe(`${ring} hello`);
    },
  );

  it('counts readers in a group, and calls it read when everybody has', () => {
    const partly = message({ mine: true, receipts: { delivered: 3, read: 2, of: 3 } });
    const wholly = message({ mine: true, receipts: { delivered: 3, read: 3, of: 3 } });
    expect(linesOf([partly, wholly], 'group').slice(-2)).toEqual(['◐ hello 2/3', '● hello 3/3']);
  });

  it('says why a message failed, what was answered, edited and reacted to', () => {
    const first = message({ text: 'shall we?' });
    const answer = message({
      text: 'yes',
      replyTo: first.seq,
      editedAt: MORNING,
      reactions: [{ key: '👍', users: [{ id: 'a', name: 'a' }], mine: false }],
    });
    const failed = message({ mine: true, state: 'failed', error: new SkeinError('permission.not_member') });
    const lines = linesOf([first, answer, failed]);
    expect(lines).toContain('  ↳ shall we?');
    expect(lines).toContain('  yes (edited)');
    expect(lines).toContain('  👍 1');
    expect(lines.at(-1)).toContain('not a member');
  });

  it('draws a hole and the line above what is new', () => {
    const items = [message({ seq: 10 }), message({ seq: 20 })];
    const gaps = [{ fromSeq: 11, toSeq: 19, isLoading: false }];
    const lines = drawTimeline(viewOf(items, { gaps, firstUnreadSeq: 20 }), style('direct')).map((each) =>
      plainText(each.line),
    );
    expect(lines).toContain('⋯ 9 entries are missing here');
    expect(lines).toContain('── New messages ──');
  });

  it('tells what happens to a group, and not that two people can write to each other', () => {
    const tip = message({ kind: 'tip', event: { type: 'group.created', users: [] } } as never);
    expect(linesOf([tip], 'group')).toContain('  bob created the group');
    expect(linesOf([tip], 'direct')).toHaveLength(1);
  });

  it('keeps to its width, whatever people write and are called', () => {
    const rude = message({
      text: `${'宽'.repeat(50)}\u001B[2J ${'x'.repeat(90)}`,
      sender: { id: 'x', name: 'n\u001B]0;' },
    });
    for (const { line } of drawTimeline(viewOf([rude]), { ...style('group'), width: 24 })) {
      expect(widthOf(plainText(line))).toBeLessThanOrEqual(24);
      expect(plainText(line)).not.toContain('\u001B');
    }
  });
});

function linesOf(items: Parameters<typeof viewOf>[0], kind: 'direct' | 'group' = 'direct'): string[] {
  return drawTimeline(viewOf(items), style(kind)).map(({ line }) => plainText(line));
}

function style(kind: 'direct' | 'group') {
  return { width: 60, kind: infoOf({ kind }).kind, language };
}
