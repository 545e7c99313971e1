import { describe, expect, it } from 'vitest';
import { LIMITS, withLimits } from './limits.ts';

/** Names say the unit or that a number is counted; see the head of the table. */
const UNIT = /(?:Ms|Bytes|BytesMax|Max|Min|Factor|Iterations)$/;

describe('limits', () => {
  it.each(Object.entries(LIMITS))('%s has a unit and is above zero', (name, value) => {
    expect(name).toMatch(UNIT);
    expect(value).toBeGreaterThan(0);
    expect(Number.isFinite(value)).toBe(true);
  });

  it('fit together', () => {
    expect(LIMITS.bodyBytesMax).toBeLessThan(LIMITS.frameBytesMax);
    expect(LIMITS.partBytesMax).toBeLessThanOrEqual(LIMITS.frameBytesMax);
    expect(LIMITS.outboundBytesMax).toBeLessThan(LIMITS.outboundPauseBytes);
    // One page has room for the longest messages only if it may hold fewer of them than it may count.
    expect(LIMITS.bodyBytesMax).toBeLessThan(LIMITS.partBytesMax);
    expect(LIMITS.heartbeatIntervalMs).toBeLessThanOrEqual(LIMITS.heartbeatIntervalMaxMs);
    expect(LIMITS.heartbeatGraceFactor).toBeGreaterThan(1);
    expect(LIMITS.sweepIntervalMs).toBeLessThan(LIMITS.ackTimeoutMs);
    expect(LIMITS.recentBytesMax).toBeGreaterThan(LIMITS.bodyBytesMax);
    expect(LIMITS.sendsBurstMax).toBeGreaterThanOrEqual(LIMITS.sendsPerSecondMax);
  });

  it('are replaced one by one', () => {
    const limits = withLimits({ pageEntriesMax: 3 });
    expect(limits).toEqual({ ...LIMITS, pageEntriesMax: 3 });
    expect(LIMITS.pageEntriesMax).not.toBe(3);
  });
});
