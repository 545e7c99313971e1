import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

const RATE = { perSecond: 10, burst: 3 };

describe('token bucket', () => {
  it('[RQ5] lets a burst through, then says how long to wait', () => {
    const bucket = new TokenBucket(RATE, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
    expect(bucket.take(0)).toBe(100);
    expect(bucket.take(40)).toBe(60);
    expect(bucket.take(100)).toBe(0);
  });

  it('[RQ5] holds the sustained rate whatever the pace of asking', () => {
    const bucket = new TokenBucket(RATE, 0);
    let granted = 0;
    for (let nowMs = 0; nowMs < 10_000; nowMs += 7) if (bucket.take(nowMs) === 0) granted++;
    expect(granted).toBeGreaterThanOrEqual(100);
    expect(granted).toBeLessThanOrEqual(103);
  });

  it('[RQ5] never holds more than the burst, and knows when it is full', () => {
    const bucket = new TokenBucket(RATE, 0);
    bucket.take(0);
    expect(bucket.isFull(50)).toBe(false);
    expect(bucket.isFull(3_600_000)).toBe(true);
    const granted = [0, 0, 0, 0].map(() => bucket.take(3_600_000));
    expect(granted.filter((waitMs) => waitMs === 0)).toHaveLength(3);
  });
});
