import type { Message, MessageBase, TipEvent } from '@skein/client';
import { expect, it } from 'vitest';
import { translator } from '../../i18n/translator.ts';
import { isImplied, previewOf, wordsOf } from './preview.ts';

const t = translator('zh');
const LISI = { id: 'lisi', name: '李四' };
const WANGWU = { id: 'wangwu', name: '王五' };
const BASE: MessageBase = {
  clientId: '1/1',
  id: '1/1',
  conversationId: '1',
  seq: 1,
  sender: LISI,
  at: new Date(0),
  mine: false,
  state: 'sent',
  error: null,
  receipts: { delivered: 0, read: 0, of: 0 },
  replyTo: null,
  mentions: [],
  reactions: [],
  editedAt: null,
  recalled: null,
};

function tip(event: TipEvent): Message {
  return { ...BASE, kind: 'tip', event };
}

it('names the sender in a group, but not oneself', () => {
  const message: Message = { ...BASE, kind: 'text', text: '明天几点？' };
  expect(previewOf(message, t, true)).toBe('李四: 明天几点？');
  expect(previewOf(message, t, false)).toBe('明天几点？');
  expect(previewOf({ ...message, mine: true }, t, true)).toBe('明天几点？');
});

it('never repeats a name that the sentence has already', () => {
  expect(previewOf({ ...BASE, kind: 'recalled' }, t, true)).toBe('李四撤回了一条消息');
  expect(wordsOf({ ...BASE, kind: 'recalled', mine: true }, t)).toBe('你撤回了一条消息');
  expect(previewOf(tip({ type: 'member.invited', users: [WANGWU, LISI] }), t, true)).toBe(
    '李四邀请王五、李四加入',
  );
});

it('says what it cannot show', () => {
  expect(wordsOf({ ...BASE, kind: 'unsupported', fallback: '[位置]' }, t)).toBe('[位置]');
  expect(wordsOf({ ...BASE, kind: 'unsupported', fallback: '' }, t)).toContain('请升级');
});

it('has words for everything that happens in a group', () => {
  const users = [WANGWU];
  const events: readonly TipEvent[] = [
    { type: 'group.created', users },
    { type: 'member.invited', users },
    { type: 'member.joined', users },
    { type: 'member.left', users },
    { type: 'member.kicked', users },
    { type: 'member.role', users, role: 'admin' },
    { type: 'settings.title', title: '新名' },
    { type: 'settings.open', isOpen: true },
    { type: 'settings.attributes', attributes: [{ key: 'topic', value: '羊' }] },
  ];
  const words = events.map((event) => wordsOf(tip(event), t));
  expect(new Set(words).size).toBe(events.length);
  expect(words.filter((one) => one.includes('{'))).toEqual([]);
});

it('does not tell that a direct conversation was begun', () => {
  const begun = tip({ type: 'group.created', users: [] });
  expect(isImplied(begun, 'direct')).toBe(true);
  expect(isImplied(begun, 'group')).toBe(false);
  expect(isImplied({ ...BASE, kind: 'text', text: '' }, 'direct')).toBe(false);
});
