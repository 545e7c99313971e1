import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { lazyRenewal } from './lazy-renewal.ts';
import type { SessionRenewalDeps } from './session-renewal.ts';

describe('lazyRenewal', () => {
  it('[CL17] plans a renewal once its code is there', async () => {
    const { deps, planned } = withTimers();

    lazyRenewal(deps).connected();

    await vi.waitFor(() => expect(planned.size).toBe(1));
  });

  it('[CL17] leaves no timer behind when the connection ends before its code is there', async () => {
    const { deps, planned, seen } = withTimers();
    const renewal = lazyRenewal(deps);

    renewal.connected();
    renewal.disconnected();

    await vi.waitFor(() => expect(seen.count).toBe(1));
    await turn();
    expect(planned.size).toBe(0);
  });
});

/** Timers that never fire, and which of them are still planned. */
function withTimers() {
  const planned = new Set<object>();
  const seen = { count: 0 };
  const clock = {
    nowMs: () => 0,
    setTimer: () => {
      const timer = { cancel: () => planned.delete(timer) };
      planned.add(timer);
      seen.count++;
      return timer;
    },
  };
  const stored = () => ({ access: 'a', accessExpiresMs: 3_600_000, refresh: 'r' });
  const deps = { clock, random: { fraction: () => 0 }, stored } as unknown as SessionRenewalDeps;
  return { deps, planned, seen };
}
