import { ManualClock } from '@skein/testkit';
import { expect, it } from 'vitest';
import { Pulses } from './pulses.ts';

const INTERVAL_MS = 1_000;

function lookedAt(silentAtMs: readonly number[]): { looks: number[]; clock: ManualClock; pulses: Pulses } {
  const clock = new ManualClock();
  const pulses = new Pulses(clock, INTERVAL_MS);
  const looks: number[] = [];
  const due = [...silentAtMs];
  pulses.add({
    pulse: (nowMs) => {
      looks.push(nowMs);
      while (due[0] !== undefined && due[0] <= nowMs) due.shift();
      return due[0] ?? Number.POSITIVE_INFINITY;
    },
  });
  return { looks, clock, pulses };
}

it('[MQ8] looks once an interval, and just when a silence becomes too long', () => {
  const { looks, clock } = lookedAt([1_500]);
  clock.advance(3_600);
  expect(looks).toEqual([1_000, 1_500, 2_500, 3_500]);
});

it('[MQ8] looks ten times a second at most, however many become too silent', () => {
  const { looks, clock } = lookedAt(Array.from({ length: 900 }, (_, index) => 1_001 + index));
  clock.advance(2_000);
  expect(looks).toHaveLength(10);
});

it('[MQ8] rests while nobody is connected', () => {
  const clock = new ManualClock();
  const pulses = new Pulses(clock, INTERVAL_MS);
  const one = { pulse: () => Number.POSITIVE_INFINITY };
  pulses.add(one);
  pulses.remove(one);
  clock.advance(INTERVAL_MS);
  expect(clock.pendingCount).toBe(0);
});
