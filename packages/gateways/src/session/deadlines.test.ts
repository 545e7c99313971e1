import { ManualClock } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';

describe('deadlines', () => {
  it('[GW2] share one timer, which exists only while something waits', () => {
    const { clock, deadlines } = open();
    expect(clock.pendingCount).toBe(0);
    for (let item = 0; item < 1_000; item++) deadlines.add(item);
    expect(clock.pendingCount).toBe(1);
    clock.advance(1_200);
    expect([clock.pendingCount, deadlines.count]).toEqual([0, 0]);
  });

  it('[GW2] expire what was not removed, once, after the delay and within one sweep of it', () => {
    const { clock, deadlines, expired } = open();
    deadlines.add(1);
    deadlines.add(2);
    clock.advance(600);
    deadlines.add(3);
    deadlines.add(1);
    deadlines.remove(2);
    clock.advance(399);
    expect(expired).toEqual([]);
    clock.advance(101);
    expect(expired).toEqual([1]);
    clock.advance(600);
    expect(expired).toEqual([1, 3]);
  });

  it('[GW4] expire everything at once at the end', () => {
    const { clock, deadlines, expired } = open();
    deadlines.add(1);
    deadlines.add(2);
    deadlines.expireAll();
    expect(expired).toEqual([1, 2]);
    expect(clock.pendingCount).toBe(0);
  });
});

function open() {
  const clock = new ManualClock();
  const expired: number[] = [];
  const deadlines = new Deadlines<number>(clock, 1_000, 100, (item) => expired.push(item));
  return { clock, deadlines, expired };
}
