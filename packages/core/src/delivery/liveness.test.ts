import { describe, expect, it } from 'vitest';
import { Liveness } from './liveness.ts';

const TIMEOUT_MS = 15_000;

describe('liveness', () => {
  it('[DL4] is overdue 15 s after the first push that nobody acknowledged', () => {
    const liveness = new Liveness();
    liveness.notePush(1_000);
    liveness.notePush(9_000);
    expect(liveness.isOverdue(15_999, TIMEOUT_MS)).toBe(false);
    expect(liveness.isOverdue(16_000, TIMEOUT_MS)).toBe(true);
  });

  it('[DL4] is never overdue when everything was acknowledged', () => {
    const liveness = new Liveness();
    liveness.notePush(0);
    expect(liveness.noteReceived(1, 10)).toBe(1);
    expect(liveness.isOverdue(3_600_000, TIMEOUT_MS)).toBe(false);
    expect(liveness.unacknowledged).toBe(0);
  });

  it('[DL4] watches the rest after a part was acknowledged', () => {
    const liveness = new Liveness();
    liveness.notePush(0);
    liveness.notePush(0);
    liveness.noteReceived(1, 10_000);
    expect(liveness.isOverdue(20_000, TIMEOUT_MS)).toBe(false);
    expect(liveness.isOverdue(25_000, TIMEOUT_MS)).toBe(true);
  });

  it('[DL4] takes a count beyond what was pushed as all of it, and an old count as nothing', () => {
    const liveness = new Liveness();
    liveness.notePush(0);
    expect(liveness.noteReceived(99, 1)).toBe(1);
    expect(liveness.noteReceived(1, 2)).toBe(0);
    expect(liveness.unacknowledged).toBe(0);
    liveness.notePush(3);
    expect(liveness.unacknowledged).toBe(1);
  });
});
