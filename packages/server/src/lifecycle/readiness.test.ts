import { expect, it } from 'vitest';
import { Readiness } from './readiness.ts';

it('[OP2] is ready only between the start and the drain, and never again after it', () => {
  const readiness = new Readiness();
  expect(readiness.reason).toBe('starting');
  readiness.becomeReady();
  expect(readiness.reason).toBeNull();
  readiness.startDraining();
  expect(readiness.reason).toBe('draining');
  readiness.becomeReady();
  expect(readiness.reason).toBe('draining');
});
