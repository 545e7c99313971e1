import { expect, it } from 'vitest';
import { checkRuntime } from './check-runtime.ts';

it('[SQ5] names the version that is needed', () => {
  expect(() => checkRuntime('22.12.0')).toThrow('Node 24 or newer is needed; this is 22.12.0');
  checkRuntime('24.0.0');
  checkRuntime('30.1.0');
  checkRuntime();
});
