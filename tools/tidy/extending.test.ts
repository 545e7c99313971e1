import { describe, expect, it } from 'vitest';
import { read } from './repository.ts';

const PAGE = 'docs/extending.md';
const ROW = /^\| `(\w+)` \| \[[^\]]+\]\(\.\.\/([^)]+)\) \|/gm;
const NUMBERS = [
  'Ten',
  'Eleven',
  'Twelve',
  'Thirteen',
  'Fourteen',
  'Fifteen',
  'Sixteen',
  'Seventeen',
  'Eighteen',
];
const TEN = 10;

describe('the places to extend', () => {
  const rows = [...read(PAGE).matchAll(ROW)].map(([, name = '', path = '']) => ({ name, path }));

  it('are as many as the page says', () => {
    expect(read(PAGE)).toContain(`\n${NUMBERS[rows.length - TEN]} places take an implementation`);
  });

  it.each(rows)('$name is defined in $path', ({ name, path }) => {
    const definition = path.endsWith('.proto')
      ? `^message ${name} `
      : `^export (?:interface|type) ${name}\\b`;
    expect(read(path)).toMatch(new RegExp(definition, 'm'));
  });
});
