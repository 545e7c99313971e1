import { SeededRandom } from '@skein/testkit';
import { describe, expect, it } from 'vitest';
import { type ReconnectProfile, reconnectPolicy } from './profiles.ts';

describe('reconnect schedules', () => {
  it('[RC1] jitter: at once, then a random part of 0.5, 1, 2 … 64 s, for ever', () => {
    const caps = [0, 0.5, 1, 2, 4, 8, 16, 32, 64, 64, 64].map((seconds) => seconds * 1_000);
    const runs = Array.from({ length: 200 }, (_, seed) => schedule('jitter', caps.length, seed));
    for (const [attempt, capMs] of caps.entries()) {
      const delays = runs.map((run) => run[attempt] as number);
      expect(Math.max(...delays)).toBeLessThanOrEqual(capMs);
      expect(new Set(delays).size > 1).toBe(capMs > 0);
      // Full jitter: the whole interval is used, not its upper end.
      expect(Math.min(...delays)).toBeLessThanOrEqual(capMs * 0.1);
      expect(Math.max(...delays)).toBeGreaterThanOrEqual(capMs * 0.9);
    }
  });

  it('[RC2] doubling: exactly 0, 2, 4, 8, 16, 32, 64 s, then a person has to ask', () => {
    expect(schedule('doubling', 9)).toEqual([0, 2, 4, 8, 16, 32, 64, null, null].map(toMs));
  });

  it('[RC3] three-retries, capped and fixed follow their exact schedules', () => {
    expect(schedule('three-retries', 5)).toEqual([0, 0, 0, null, null]);
    expect(schedule('capped', 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map(toMs));
    expect(schedule('fixed:7s', 3)).toEqual([7_000, 7_000, 7_000]);
  });
});

function schedule(profile: ReconnectProfile, attempts: number, seed = 1): (number | null)[] {
  const random = new SeededRandom(seed);
  const policy = reconnectPolicy(profile);
  return Array.from({ length: attempts }, (_, index) => policy(index + 1, random));
}

function toMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1_000;
}
