import { expect, it } from 'vitest';
import { clockTime, pillTime, rowTime } from './times.ts';

const NOW = new Date(2026, 4, 6, 9, 32);
const at = (day: number, hour: number, minute = 0): Date => new Date(2026, 4, day, hour, minute);

it('tells the hour from 00 to 23 in both languages', () => {
  expect(clockTime(at(6, 0, 5), 'en')).toBe('00:05');
  expect(clockTime(at(6, 0, 5), 'zh')).toBe('00:05');
  expect(clockTime(at(6, 23, 59), 'en')).toBe('23:59');
});

it('names the day in a list only when it is not today', () => {
  expect(rowTime(at(6, 0, 1), 'zh', '昨天', NOW)).toBe('00:01');
  expect(rowTime(at(5, 23, 59), 'zh', '昨天', NOW)).toBe('昨天');
  expect(rowTime(at(4, 23, 59), 'zh', '昨天', NOW)).toBe('5/4');
  // A device whose clock is behind the server's.
  expect(rowTime(at(7, 1), 'zh', '昨天', NOW)).toBe('01:00');
});

it('tells the day between messages of another day', () => {
  expect(pillTime(at(6, 8), 'zh', NOW)).toBe('08:00');
  expect(pillTime(at(5, 8), 'zh', NOW)).toBe('5月5日 08:00');
  expect(pillTime(at(5, 8), 'en', NOW)).toContain('May 5');
});

it('tells the year when it is another one', () => {
  expect(rowTime(new Date(2025, 11, 31), 'zh', '昨天', NOW)).toBe('2025/12/31');
  expect(pillTime(new Date(2025, 11, 31, 8), 'zh', NOW)).toContain('2025年');
});
