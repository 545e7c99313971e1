import { expect, it } from 'vitest';
import { TEXTS } from './texts.ts';
import { translator } from './translator.ts';

const PLACEHOLDER = /\{(\w+)\}/g;

for (const [key, { zh, en }] of Object.entries(TEXTS)) {
  it(`says ${key} in both languages with the same facts`, () => {
    expect(zh.trim()).not.toBe('');
    expect(en.trim()).not.toBe('');
    const facts = (text: string): string[] =>
      [...text.matchAll(PLACEHOLDER)].map(([whole]) => whole).toSorted();
    expect(facts(zh)).toEqual(facts(en));
  });
}

it('puts facts into sentences, and leaves what was not given visible', () => {
  expect(translator('zh')('tip.title', { name: '张三', title: '{name}' })).toBe('张三将群名改为“{name}”');
  expect(translator('en')('list.unread', { count: 0 })).toBe('0 unread');
  expect(translator('en')('chat.with')).toBe('Conversation with {name}');
});
