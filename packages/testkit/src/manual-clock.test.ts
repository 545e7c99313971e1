import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';

describe('ManualClock', () => {
  it('fires timers in the order they are due, each at its own moment', () => {
    const clock = new ManualClock();
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.monotonicMs()]);
    clock.setTimer(20, note('late'));
    clock.setTimer(10, note('first of two'));
    clock.setTimer(10, note('second of two'));
    clock.setTimer(30, note('not yet'));
    clock.advance(25);
    expect(fired).toEqual([
      ['first of two', 10],
      ['second of two', 10],
      ['late', 20],
    ]);
    expect(clock.monotonicMs()).toBe(25);
    expect(clock.nextTimerInMs).toBe(5);
  });

  it('fires what a timer sets within the same span', () => {
    const clock = new ManualClock();
    let ticks = 0;
    const tick = () => {
      ticks++;
      clock.setTimer(10, tick);
    };
    clock.setTimer(10, tick);
    clock.advance(55);
    expect(ticks).toBe(5);
    expect(clock.pendingCount).toBe(1);
  });

  it('forgets cancelled timers, also when cancelled twice or late', () => {
    const clock = new ManualClock();
    let fired = 0;
    const timer = clock.setTimer(10, () => fired++);
    const other = clock.setTimer(5, () => fired++);
    timer.cancel();
    timer.cancel();
    clock.advance(50);
    other.cancel();
    expect(fired).toBe(1);
    expect(clock.pendingCount).toBe(0);
  });

  it('lets promises settle between timers when asked', async () => {
    const clock = new ManualClock();
    const order: string[] = [];
    const slow = async (name: string) => {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      order.push(name);
    };
    clock.setTimer(1, () => void slow('first'));
    clock.setTimer(2, () => order.push('second'));
    await clock.advanceSettled(2);
    expect(order).toEqual(['first', 'second']);
  });

  it('jumps the wall clock alone', () => {
    const clock = new ManualClock(1_000);
    clock.jumpWall(-400);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([600, 0]);
  });
});
