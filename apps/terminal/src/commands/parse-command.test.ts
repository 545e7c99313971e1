import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helpLines, parseCommand } from './parse-command.ts';

describe('parseCommand', () => {
  it.each([
    ['hello', { type: 'send', text: 'hello' }],
    ['  two  spaces ', { type: 'send', text: '  two  spaces ' }],
    ['//path', { type: 'send', text: '/path' }],
    ['   ', { type: 'nothing' }],
    ['/open bob', { type: 'open', to: 'bob' }],
    ['/OPEN bob', { type: 'open', to: 'bob' }],
    ['/open', { type: 'incomplete', usage: '/open NAME' }],
    ['/group 周末 bob carol', { type: 'group', title: '周末', users: ['bob', 'carol'] }],
    ['/group 周末', { type: 'incomplete', usage: '/group TITLE NAME…' }],
    ['/title a new  title', { type: 'title', text: 'a new  title' }],
    ['/quit', { type: 'quit' }],
    ['/constructor', { type: 'unknown', name: 'constructor' }],
    ['/', { type: 'unknown', name: '' }],
  ])('reads "%s"', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it('has an answer to everything', () => {
    fc.assert(fc.property(fc.string(), (line) => parseCommand(line).type !== undefined));
    fc.assert(fc.property(fc.string(), (line) => parseCommand(`/${line}`).type !== undefined));
  });
});

describe('helpLines', () => {
  it.each(['zh', 'en'] as const)('names every command once (%s)', (locale) => {
    const lines = helpLines(locale);
    expect(lines.every((each) => each.startsWith('/') && each.includes(' — '))).toBe(true);
    expect(new Set(lines.map((each) => each.split(' ')[0])).size).toBe(lines.length);
  });
});
